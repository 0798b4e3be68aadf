/// (f₁(x) + … + fₖ(x)) / k: the mean of the outputs of several members, each a list of layers, for the same input.
///
/// ```swift
/// Average([[Linear(8, 32), ReLU(), Linear(32, 3), Softmax()], [Linear(8, 64), ReLU(), Linear(64, 3), Softmax()]])
/// ```
///
/// It combines an ensemble of models in one model. Files name its parameters like PyTorch names those of an
/// `nn.ModuleList` with an `nn.Sequential` for each member: "0.1.0.weight" if this is the model's first layer.
public struct Average: CompositeLayer {
    /// The layers of each member.
    public let members: [[any Layer]]

    /// Creates the layer.
    ///
    /// - Parameter members: at least one; all have the same numbers of input and output columns.
    public init(_ members: [[any Layer]]) { self.members = members }

    package var innerLayers: [any Layer] { members.flatMap(\.self) }

    package func append(
        to stages: inout StageList, input: StageList.Value
    ) throws(PerceptronError) -> StageList.Value {
        guard !members.isEmpty else {
            throw .invalidArchitecture("needs at least one member; the list of members is empty")
        }
        var rest = input
        var sum: StageList.Value?
        for (index, member) in members.enumerated() {
            var own = rest
            if index < members.count - 1 { (own, rest) = stages.fork(rest) }
            let output: StageList.Value
            do throws(PerceptronError) {
                output = try stages.append(member, part: "\(index)", to: own)
            } catch {
                throw error.inside("member \(index)")
            }
            guard let others = sum else {
                sum = output
                continue
            }
            guard others.features == output.features else {
                throw .invalidArchitecture(
                    "member 0 returns \(others.features) columns, member \(index) \(output.features); all must "
                        + "return the same number"
                )
            }
            sum = stages.sum(others, output)
        }
        return try stages.append(
            Multiply(by: 1 / Double(members.count)), named: "mean", what: "mean", to: sum ?? input)
    }

    public var expectedInputFeatures: Int? { members.lazy.compactMap(\.expectedInputFeatures).first }
}

extension Average: Codable {
    private enum Key: String, CodingKey { case members }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        members = try container.decode([[CodableLayer]].self, forKey: .members).map { $0.map(\.layer) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(members.map { $0.map { CodableLayer($0) } }, forKey: .members)
    }
}
