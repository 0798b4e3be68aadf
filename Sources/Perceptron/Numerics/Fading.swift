#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How a regularisation parameter fades during training.
public enum Fading: String, Equatable, Hashable, Sendable, Codable {
    /// It is constant.
    case none
    /// It is constant for half of the run, then falls to 0 along a cosine (`flat_cos` of RealMLP, Holzmüller et al.
    /// 2024).
    case flatThenCosine

    /// The factor of the parameter.
    /// - Parameter progress: the completed fraction of the training, from 0 to 1.
    func factor(at progress: Double) -> Double {
        switch self {
        case .none: 1
        case .flatThenCosine: progress <= 0.5 ? 1 : (1 + cos(.pi * (2 * progress - 1))) / 2
        }
    }
}
