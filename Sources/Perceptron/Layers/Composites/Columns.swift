/// Sends parts of the columns through separate lists of layers, and puts the outputs side by side, in the order of the
/// parts.
///
/// ```swift
/// Columns([0..<8: [PeriodicEmbedding(8)], 8..<10: [Linear(2, 16), ReLU()], 10..<12: []])
/// ```
///
/// The parts cover all columns without gaps; a part without layers passes its columns on.
///
/// Files name its parameters like PyTorch names those of an `nn.ModuleList` with an `nn.Sequential` for each part: as
/// the model's first layer, the one above has "0.1.0.weight" and "0.1.0.bias" of the `Linear`.
public struct Columns: CompositeLayer, Codable {
    /// A range of columns and their layers.
    public struct Part: Sendable {
        /// The columns of the input.
        public let columns: Range<Int>
        /// The layers for these columns; empty to pass them on unchanged.
        public let layers: [any Layer]

        /// Creates a part from columns and layers.
        public init(columns: Range<Int>, layers: [any Layer]) {
            self.columns = columns
            self.layers = layers
        }
    }

    /// The parts, in the order of their columns.
    public let parts: [Part]

    /// Creates the layer.
    ///
    /// - Parameter parts: the layers for each range of columns. The first range begins at column 0, and each begins
    ///   where the one before it ends.
    public init(_ parts: [Part]) { self.parts = parts }

    /// The same as a literal: `[0..<4: […], 4..<6: […]]`.
    public init(_ parts: KeyValuePairs<Range<Int>, [any Layer]>) {
        self.init(parts.map { Part(columns: $0, layers: $1) })
    }

    package var innerLayers: [any Layer] { parts.flatMap(\.layers) }

    package func append(
        to stages: inout StageList, input: StageList.Value
    ) throws(PerceptronError) -> StageList.Value {
        try checkParts()
        try FeatureCounts.check(parts[parts.count - 1].columns.upperBound, given: input.features)
        var outputs: [StageList.Value] = []
        for (index, part) in parts.enumerated() {
            do throws(PerceptronError) {
                outputs.append(
                    try stages.append(part.layers, part: "\(index)", to: stages.part(part.columns, of: input)))
            } catch {
                throw error.inside("columns \(part.columns)")
            }
        }
        return try stages.join(outputs)
    }

    /// Throws unless the parts follow each other.
    private func checkParts() throws(PerceptronError) {
        guard !parts.isEmpty else {
            throw .invalidArchitecture("needs at least one part; the list of parts is empty")
        }
        var end = 0
        for columns in parts.map(\.columns) {
            guard !columns.isEmpty else { throw .invalidArchitecture("the part \(columns) has no columns") }
            guard columns.lowerBound >= end else {
                throw .invalidArchitecture(
                    end == 0
                        ? "the part \(columns) begins before column 0"
                        : "the part \(columns) begins before column \(end), where the one before it ends")
            }
            guard columns.lowerBound == end else {
                throw .invalidArchitecture(
                    "columns \(end)..<\(columns.lowerBound) are in no part; to pass them on, add a part without "
                        + "layers: "
                        + "\(end)..<\(columns.lowerBound): []")
            }
            end = columns.upperBound
        }
        try FeatureCounts.check(end, "columns")
    }

    public var expectedInputFeatures: Int? { parts.last?.columns.upperBound }
}

extension Columns.Part: Codable {
    private enum Key: String, CodingKey { case columns, layers }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        columns = try container.decode(Range<Int>.self, forKey: .columns)
        layers = try container.decode([CodableLayer].self, forKey: .layers).map(\.layer)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(columns, forKey: .columns)
        try container.encode(layers.map { CodableLayer($0) }, forKey: .layers)
    }
}
