#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How a number that keeps a model from learning its rows by heart fades over a run of training.
public enum Fading: String, Equatable, Hashable, Sendable, Codable {
    /// It stays as it is.
    case none
    /// It stays as it is for half of the run, then goes to 0 along a cosine (`flat_cos` of RealMLP, Holzmüller et al. 2024).
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
