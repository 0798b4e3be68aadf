import Perceptron
import Synchronization

/// The mean over rows and columns of factor · (output − target)²: right without a fault, and otherwise wrong in one way.
struct FaultyLoss: Loss {
    enum Fault: CaseIterable {
        case gradient, value, gradientIsNotWritten, blocksAreMeans, scale, classesAreOffByOne, float, callsAreCounted
    }

    var fault: Fault?
    var factor = 3.0

    private static let calls = Atomic<Int>(0)

    func scale(rows: Int, columns: Int) -> Double {
        1 / (Double(rows + (fault == .scale ? 1 : 0)) * Double(columns))
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    func evaluate<Scalar: BLASScalar>(
        outputs: MatrixView<Scalar>, targets: TargetView<Scalar>, scale: Double,
        gradient: inout MutableMatrixView<Scalar>
    ) -> Double {
        var factor = factor
        switch fault {
        case .value: factor *= 1.000001
        case .blocksAreMeans: factor /= Double(outputs.rows)
        case .float where Scalar.self == Float.self: factor *= 1.001
        case .callsAreCounted: factor *= Double(1 + Self.calls.add(1, ordering: .relaxed).newValue)
        default: break
        }
        var sum = 0.0
        for row in 0..<outputs.rows {
            for column in 0..<outputs.columns {
                var target = Double(targets[row, column])
                if fault == .classesAreOffByOne, targets.kind == .classes { target = 1 - target }
                let error = Double(outputs[row, column]) - target
                sum += factor * error * error
                if fault == .gradientIsNotWritten && error < 0 { continue }
                gradient[row, column] = Scalar(2 * factor * scale * error * (fault == .gradient ? 1.01 : 1))
            }
        }
        return sum
    }
}
