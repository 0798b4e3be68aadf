#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How a regularising number fades over a run of training.
public enum Fading: String, Equatable, Hashable, Sendable, Codable {
    /// It is constant.
    case none
    /// It is constant for half of the run, then falls to 0 along a cosine (`flat_cos` of RealMLP, Holzmüller et al.
    /// 2024).
    case flatThenCosine

    /// What the number is multiplied by.
    /// - Parameter progress: how much of the run is done, from 0 to 1.
    func factor(at progress: Double) -> Double {
        switch self {
        case .none: 1
        case .flatThenCosine: progress <= 0.5 ? 1 : (1 + cos(.pi * (2 * progress - 1))) / 2
        }
    }
}
