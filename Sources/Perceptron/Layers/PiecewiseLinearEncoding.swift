/// Replaces each column by one column for each of its bins: 0 below the bin, 1 above it, and linear within (Gorishniy
/// et al. 2022, "On Embeddings for Numerical Features in Tabular Deep Learning").
///
/// The value is (x − lower edge)/(upper edge − lower edge), limited to 0…1, except that the first bin is not limited
/// below and the last not above (`PiecewiseLinearEncoding` of the authors' package `rtdl_num_embeddings`). The layer
/// has no parameters.
public struct PiecewiseLinearEncoding: Layer {
    /// The edges of the bins of each input column: one more than bins, in increasing order.
    public let bins: [[Double]]
    private let table: BinTable

    /// Creates the layer.
    ///
    /// - Parameter bins: the edges of the bins of each input column, in increasing order.
    public init(bins: [[Double]]) {
        self.bins = bins
        table = BinTable(bins)
    }

    /// Bins with about the same number of rows each: their edges are the distinct quantiles of the column.
    ///
    /// Between two values quantiles are interpolated linearly (`torch.quantile`).
    /// - Parameters:
    ///   - inputs: rows to learn the bins from.
    ///   - bins: the most bins for each column.
    /// - Throws: `PerceptronError` if there are no bins or no rows, or a column has a value that is not finite, or only
    ///   one distinct value.
    public static func quantiles<Scalar: BLASScalar>(
        of inputs: Matrix<Scalar>, bins: Int
    ) throws(PerceptronError) -> PiecewiseLinearEncoding {
        guard bins > 0 else { throw .invalidArgument("bins is \(bins); it must be at least 1") }
        guard inputs.rows > 0 else { throw .shapeMismatch("inputs have no rows; at least 1 is needed") }
        var edges: [[Double]] = []
        for column in 0..<inputs.columns {
            let values = (0..<inputs.rows).map { Double(inputs[$0, column]) }
            guard let sorted = SortedValues(values), values.allSatisfy(\.isFinite) else {
                throw .invalidValue("inputs have a value in column \(column) (counted from 0) that is not finite")
            }
            var quantiles = [sorted.minimum]
            for index in 1...bins {
                let edge = sorted.quantile(Double(index) / Double(bins))
                if edge > quantiles[quantiles.count - 1] { quantiles.append(edge) }
            }
            guard quantiles.count > 1 else {
                throw .invalidValue(
                    "inputs have \(quantiles[0]) in all rows of column \(column) (counted from 0); bins need two values"
                )
            }
            edges.append(quantiles)
        }
        return PiecewiseLinearEncoding(bins: edges)
    }

    public func outputFeatures(forInputFeatures inputFeatures: Int) throws(PerceptronError) -> Int {
        try FeatureCounts.check(bins.count, "columns with bins")
        try FeatureCounts.check(bins.count, given: inputFeatures)
        for (column, edges) in bins.enumerated() {
            guard edges.count > 1 else {
                throw .invalidArchitecture(
                    "column \(column) (counted from 0) has \(counted(edges.count, "edge")) of bins; at least 2 are needed"
                )
            }
            guard edges.allSatisfy(\.isFinite), zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }) else {
                throw .invalidArchitecture(
                    "the edges of the bins of column \(column) (counted from 0) must be finite, and each larger than the one before"
                )
            }
        }
        return table.count
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        Kernels.encode(pass.input, bins: table, into: &pass.output)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        Kernels.encodeBackward(inputs: pass.input, pass.outputGradient, bins: table, into: &pass.inputGradient)
    }

    public var expectedInputFeatures: Int? { bins.count }
    public var treatsRowsApart: Bool { true }
    public var readsOutputInBackward: Bool { false }
}

extension PiecewiseLinearEncoding: Codable {
    private enum Key: String, CodingKey { case bins }

    public init(from decoder: any Decoder) throws {
        self.init(bins: try decoder.container(keyedBy: Key.self).decode([[Double]].self, forKey: .bins))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(bins, forKey: .bins)
    }
}
