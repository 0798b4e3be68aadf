/// The kind of kernels that OpenBLAS chose for this processor.
package enum CoreKind: Sendable {
    /// Products of at most 10⁶ multiply-adds use kernels that copy neither factor (AVX-512, from OpenBLAS 0.3.17).
    case smallKernels
    /// Every product copies both of its factors: one call is best.
    case copying

    package static let current = CoreKind(coreName: BLAS.coreName, configuration: BLAS.configuration)

    /// - Parameters:
    ///   - coreName: from `openblas_get_corename`.
    ///   - configuration: from `openblas_get_config`; it begins with, say, "OpenBLAS 0.3.21".
    init(coreName: String, configuration: String) {
        let version = configuration.split(separator: " ").dropFirst().first?.split(separator: ".").map { Int($0) ?? 0 }
        let hasThem = (version ?? []).lexicographicallyPrecedes([0, 3, 17]) == false
        self = hasThem && ["SkylakeX", "Cooperlake", "SapphireRapids"].contains(coreName) ? .smallKernels : .copying
    }
}
