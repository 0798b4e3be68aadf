/// (y₁ + … + yₖ)/k, where y are the outputs of an ensemble's k members, in adjacent columns, or their softmax.
///
/// It is the last layer of a model of several members, made with ``EnsembleLinear``. The mean is the prediction;
/// ``MemberLoss`` trains each member separately.
///
/// ```swift
/// [EnsembleLinear(8, 64, members: 16), ReLU(), EnsembleLinear(64, 3, members: 16), MemberMean(members: 16, softmax: true)]
/// ```
public struct MemberMean: Layer, Codable {
    /// How many members there are.
    public let members: Int
    /// Whether each member's columns go through a softmax first: then the mean is of probabilities, not of logits.
    public let softmax: Bool

    /// Creates the layer.
    ///
    /// - Parameters:
    ///   - members: the number of members, at least 1; each has the same number of input columns.
    ///   - softmax: whether each member's columns become probabilities first; then each has at least 2.
    public init(members: Int, softmax: Bool = false) {
        self.members = members
        self.softmax = softmax
    }

    public func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        try FeatureCounts.check(members, "members")
        guard features.isMultiple(of: members) else {
            throw .invalidArchitecture(
                "takes the same number of columns for each of \(counted(members, "member")), gets \(features)")
        }
        return softmax ? try Softmax().outputFeatures(forInputFeatures: features / members) : features / members
    }

    /// Impossible counts, which a file may have, give an impossible one.
    public func inputFeatures(forOutputFeatures outputFeatures: Int) -> Int { members &* outputFeatures }

    /// What a member says of some rows.
    public func scratch(forInputFeatures features: Int) -> Scratch {
        let columns = features / max(members, 1)
        return Scratch(perPass: rowsAtOnce(columns) * columns)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        let (input, columns) = (pass.input, pass.output.columns)
        let part = 1 / Scalar(members)
        let memory = pass.passScratch.memory
        var start = 0
        while start < input.rows {
            let rows = start..<min(start + rowsAtOnce(columns), input.rows)
            var mean = pass.output.rows(rows)
            for member in 0..<members {
                var said = memory.mutableView(
                    MatrixBlock(columns: columns), rows: 0..<rows.count, columns: 0..<columns)
                outputs(of: member, in: input.rows(rows), into: &said)
                for row in 0..<rows.count {
                    for column in 0..<columns {
                        let sum = member == 0 ? 0 : mean[row, column]
                        mean[row, column] = sum + part * said[row, column]
                    }
                }
            }
            start = rows.upperBound
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        let (input, outputGradient, columns) = (pass.input, pass.outputGradient, pass.outputGradient.columns)
        let part = 1 / Scalar(members)
        let memory = pass.passScratch.memory
        let block = MatrixBlock(columns: columns)
        var start = 0
        while start < input.rows {
            let rows = start..<min(start + rowsAtOnce(columns), input.rows)
            let here = 0..<rows.count
            let gradient = outputGradient.rows(rows)
            for member in 0..<members {
                var said = memory.mutableView(block, rows: here, columns: 0..<columns)
                outputs(of: member, in: input.rows(rows), into: &said)
                var all = pass.inputGradient.rows(rows)
                var own = all.columns(self.columns(of: member, columns))
                if softmax {
                    Kernels.softmaxBackward(
                        outputs: memory.view(block, rows: here, columns: 0..<columns), gradient: gradient, into: &own)
                } else {
                    Kernels.copy(gradient, into: &own)
                }
                for row in here {
                    for column in 0..<columns { own[row, column] *= part }
                }
            }
            start = rows.upperBound
        }
    }

    /// What a member gives: its columns, or their softmax.
    private func outputs<Scalar: BLASScalar>(
        of member: Int, in input: MatrixView<Scalar>, into values: inout MutableMatrixView<Scalar>
    ) {
        let own = input.columns(columns(of: member, values.columns))
        if softmax { Kernels.softmax(own, into: &values) } else { Kernels.copy(own, into: &values) }
    }

    private func columns(of member: Int, _ columns: Int) -> Range<Int> { member * columns..<(member + 1) * columns }
    private func rowsAtOnce(_ columns: Int) -> Int { Scratch.rowsAtOnce(scalarsPerRow: max(columns, 1)) }

    public var treatsRowsApart: Bool { true }
    public var readsOutputInBackward: Bool { false }
}
