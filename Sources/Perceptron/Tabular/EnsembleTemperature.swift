#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The temperature at which the mean of the members' probabilities fits the classes best (Guo et al. 2017, for an
/// ensemble).
///
/// It minimizes −Σ w·log p(target) over n rows, between 1/16 and 16. Targets are smoothed: each keeps n/(n + 1) of its
/// probability, and all classes share the rest (Laplace's rule of succession), so that a few rows that are all right
/// don't make the model certain.
struct EnsembleTemperature {
    /// Log-probabilities of each member, rows × classes.
    private let logits: [Matrix<Double>]
    private let targets: [Int]
    private let weights: [Double]

    /// - Parameter probabilities: those of each member, rows × classes.
    init<Scalar>(_ probabilities: [Matrix<Scalar>], targets: [Int], weights: [Double]?) {
        logits = probabilities.map { matrix in
            var logits = Matrix<Double>(matrix)
            for index in logits.elements.indices { logits.elements[index] = log(logits.elements[index] + 0x1p-100) }
            return logits
        }
        self.targets = targets
        self.weights = weights ?? [Double](repeating: 1, count: targets.count)
    }

    /// The temperature, found by a golden-section search over its logarithm, which needs no derivatives.
    var best: Double {
        let ratio = (5.0.squareRoot() - 1) / 2
        var (low, high) = (-log(16.0), log(16.0))
        var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
        var (leftLoss, rightLoss) = (loss(exp(left)), loss(exp(right)))
        while high - low > 1e-6 {
            if leftLoss <= rightLoss {
                (high, right, rightLoss) = (right, left, leftLoss)
                left = high - ratio * (high - low)
                leftLoss = loss(exp(left))
            } else {
                (low, left, leftLoss) = (left, right, rightLoss)
                right = low + ratio * (high - low)
                rightLoss = loss(exp(right))
            }
        }
        return exp((low + high) / 2)
    }

    private func loss(_ temperature: Double) -> Double {
        let classes = logits[0].columns
        let rest = 1 / (Double(targets.count + 1) * Double(classes))
        let kept = 1 - rest * Double(classes)
        var (sum, mean) = (CompensatedSum(), [Double](repeating: 0, count: classes))
        for (row, target) in targets.enumerated() {
            for column in 0..<classes { mean[column] = 0 }
            for member in logits {
                var largest = -Double.infinity
                for column in 0..<classes { largest = max(largest, member[row, column]) }
                var total = 0.0
                for column in 0..<classes { total += exp((member[row, column] - largest) / temperature) }
                for column in 0..<classes {
                    mean[column] += exp((member[row, column] - largest) / temperature) / total
                }
            }
            var loss = 0.0
            for column in 0..<classes {
                let logarithm = log(mean[column] / Double(logits.count) + 0x1p-1000)
                loss -= (rest + (column == target ? kept : 0)) * logarithm
            }
            sum += weights[row] * loss
        }
        return sum.value
    }
}
