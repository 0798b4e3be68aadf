/// What the kernels that OpenBLAS has chosen for this processor are good at.
package enum CoreKind: Sendable {
    /// Products of at most 10⁶ multiply-adds go through kernels that copy neither factor (AVX-512, from 0.3.17 on).
    case smallKernels
    /// Every product copies both of its factors: one call is best.
    case copying

    package static let current = CoreKind(coreName: BLAS.coreName, configuration: BLAS.configuration)

    /// - Parameters:
    ///   - coreName: as `openblas_get_corename` has it.
    ///   - configuration: as `openblas_get_config` has it, which begins with "OpenBLAS 0.3.21".
    init(coreName: String, configuration: String) {
        let version = configuration.split(separator: " ").dropFirst().first?.split(separator: ".").map { Int($0) ?? 0 }
        let hasThem = (version ?? []).lexicographicallyPrecedes([0, 3, 17]) == false
        self = hasThem && ["SkylakeX", "Cooperlake", "SapphireRapids"].contains(coreName) ? .smallKernels : .copying
    }
}
