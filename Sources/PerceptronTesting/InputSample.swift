import Perceptron

/// Rows of inputs for a check: random ones, or the given ones repeated.
struct InputSample: Sendable {
    let features: Int
    var given: Matrix<Double>?
    /// The columns that hold codes, for which small changes have no meaning.
    var codes: Set<Int> = []

    /// Normal numbers that are exact in Float, so that both types see the same.
    func rows(_ count: Int, seed: UInt64 = 5) -> Matrix<Double> {
        guard let given else {
            var generator = RandomGenerator(seed: seed)
            return Matrix(Matrix<Float>(generator.normalMatrix(count, features)))
        }
        return given.rows((0..<count).map { $0 % given.rows })
    }

    /// Whether the element with that row-major index is a code.
    func isCode(_ index: Int) -> Bool { codes.contains(index % features) }
}

extension RandomGenerator {
    /// Independent normal numbers.
    mutating func normalMatrix(_ rows: Int, _ columns: Int) -> Matrix<Double> {
        Matrix(rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in nextNormalPair().0 })
    }
}
