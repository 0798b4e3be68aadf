import CBLAS
import Perceptron

/// What the measurements run on.
enum Machine {
    static let processors = max(1, Int(openblas_get_num_procs()))

    static var description: String {
        """
        \(BLAS.configuration)
        core \(BLAS.coreName), OpenBLAS's threads \(BLAS.threads), processors \(processors)
        """
    }

    /// Runs `body` while OpenBLAS computes with one thread, and puts back what was set before.
    static func withSingleThreadedBLAS<Result>(_ body: () throws -> Result) rethrows -> Result {
        let before = openblas_get_num_threads()
        openblas_set_num_threads(1)
        defer { openblas_set_num_threads(before) }
        return try body()
    }
}
