import Perceptron
import Synchronization

/// weightᶜ · x² for each column c: right without a fault, and otherwise wrong in one way.
struct FaultyLayer: Layer, Codable {
    enum Fault: String, Codable, CaseIterable {
        case partsDoNotDivide, namesAreTheSame, anyWidthIsTaken, parameterGradient, inputGradient, outputIsNotWritten,
            inputGradientIsAdded, parameterGradientIsNotWritten, rowsDepend, columnsAreIgnored, moreColumnsAreWritten,
            partsAreIgnored, outputIsRead, float, passesAreCounted, settingIsNotSaved, rowsAreCounted
    }

    var fault: Fault?
    var factor = 2.0

    private enum Key: String, CodingKey { case fault, factor }

    static let features = 5
    private static let passes = Atomic<Int>(0)

    var expectedInputFeatures: Int? { Self.features }
    var treatsRowsApart: Bool { true }
    var treatsColumnsApart: Bool { true }
    var readsOutputInBackward: Bool { false }
    func parameterParts(forInputFeatures features: Int) -> Int { fault == .partsDoNotDivide ? 3 : features }

    func outputFeatures(forInputFeatures features: Int) throws(PerceptronError) -> Int {
        guard features == Self.features || fault == .anyWidthIsTaken else {
            throw .invalidArchitecture("takes \(Self.features) features, gets \(features)")
        }
        guard factor.isFinite || fault == .anyWidthIsTaken else {
            throw .invalidArchitecture("the factor is \(factor); it must be finite")
        }
        return features
    }

    func parameters(forInputFeatures features: Int) -> [Parameter] {
        let weight = Parameter(name: "weight", rows: 1, columns: features, initializer: .constant(1))
        return fault == .namesAreTheSame ? [weight, weight] : [weight]
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func forward<Scalar>(_ pass: inout ForwardPass<Scalar>) {
        let count = fault == .passesAreCounted ? Self.passes.add(1, ordering: .relaxed).newValue : 0
        for row in 0..<pass.input.rows {
            for column in pass.columns {
                let place = fault == .columnsAreIgnored ? column : column - pass.columns.lowerBound
                if fault == .outputIsNotWritten && column == 2 { continue }
                let x = pass.input[row, column]
                var y = pass.parameters[column] * x * x * Scalar(factor)
                switch fault {
                case .rowsDepend: y += pass.input[pass.input.rows - 1, column]
                case .rowsAreCounted: y *= Scalar(pass.input.rows)
                case .passesAreCounted: y *= Scalar(1 + count)
                case .float where Scalar.self == Float.self: y *= 1.001
                default: break
                }
                if place < pass.output.columns { pass.output[row, place] = y }
            }
            if fault == .moreColumnsAreWritten, pass.columns.upperBound < Self.features, row > 0 {
                pass.output.elements[(row - 1) * pass.output.stride + pass.output.columns] = 0
            }
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func backward<Scalar>(_ pass: inout BackwardPass<Scalar>) {
        for row in 0..<pass.input.rows {
            for column in pass.columns {
                let place = column - pass.columns.lowerBound
                var slope = 2 * pass.parameters[column] * pass.input[row, column] * Scalar(factor)
                switch fault {
                case .inputGradient: slope *= 0.99
                case .rowsAreCounted: slope *= Scalar(pass.input.rows)
                case .outputIsRead: slope = 2 * pass.output[row, column] / pass.input[row, column]
                default: break
                }
                let before = fault == .inputGradientIsAdded ? pass.inputGradient[row, place] : 0
                pass.inputGradient[row, place] = before + slope * pass.outputGradient[row, column]
            }
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func parameterGradients<Scalar>(_ pass: inout ParameterPass<Scalar>) {
        for part in pass.parts {
            let place = part - pass.parts.lowerBound
            let column = fault == .partsAreIgnored ? place : part
            if fault == .parameterGradientIsNotWritten && column == 1 { continue }
            var sum: Scalar = 0
            for row in 0..<pass.input.rows where column < pass.input.columns {
                sum += pass.input[row, column] * pass.input[row, column] * pass.outputGradient[row, column]
            }
            if fault == .rowsAreCounted { sum *= Scalar(pass.input.rows) }
            pass.gradients[place] = sum * Scalar(fault == .parameterGradient ? -factor : factor)
        }
    }
}

extension FaultyLayer {
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let fault = try container.decodeIfPresent(Fault.self, forKey: .fault)
        self.init(
            fault: fault, factor: fault == .settingIsNotSaved ? 2 : try container.decode(Double.self, forKey: .factor))
    }
}

/// −x in place, which `forward` and `backward` of its own say otherwise.
struct FaultyInPlaceLayer: InPlaceLayer {
    enum Fault: CaseIterable { case activate, differentiate, gaps }
    var fault: Fault?

    var treatsRowsApart: Bool { true }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func activate<Scalar: BLASScalar>(_ values: inout MutableMatrixView<Scalar>) {
        for row in 0..<values.rows {
            for column in 0..<values.columns { values[row, column] *= fault == .activate ? -2 : -1 }
            if fault == .gaps && row > 0 { values.elements[row * values.stride - 1] = 0 }
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func differentiate<Scalar: BLASScalar>(outputs: MatrixView<Scalar>, gradient: inout MutableMatrixView<Scalar>) {
        for row in 0..<gradient.rows {
            for column in 0..<gradient.columns { gradient[row, column] *= fault == .differentiate ? 1 : -1 }
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        for row in 0..<pass.input.rows {
            for column in 0..<pass.input.columns { pass.output[row, column] = -pass.input[row, column] }
        }
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        for row in 0..<pass.input.rows {
            for column in 0..<pass.input.columns { pass.inputGradient[row, column] = -pass.outputGradient[row, column] }
        }
    }
}
