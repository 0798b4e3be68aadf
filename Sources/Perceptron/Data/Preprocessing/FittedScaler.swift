/// One of the scalers, fitted.
public enum FittedScaler: FittedTransform {
    /// ``StandardScaler``.
    case standard(StandardScaler)
    /// ``MinMaxScaler``.
    case minMax(MinMaxScaler)
    /// ``RobustScaler``.
    case robust(RobustScaler)
    /// ``QuantileScaler``.
    case quantile(QuantileScaler)

    /// The columns that it was fitted to.
    public var inputFeatures: Int { fitted.inputFeatures }

    /// The matrix with each column scaled.
    /// - Throws: `PerceptronError` if the number of columns differs from the fitted one, or a value is infinite.
    public func transform<Scalar>(_ matrix: Matrix<Scalar>) throws(PerceptronError) -> Matrix<Scalar> {
        switch self {
        case .standard(let scaler): try scaler.transform(matrix)
        case .minMax(let scaler): try scaler.transform(matrix)
        case .robust(let scaler): try scaler.transform(matrix)
        case .quantile(let scaler): try scaler.transform(matrix)
        }
    }

    private var fitted: any FittedTransform {
        switch self {
        case .standard(let scaler): scaler
        case .minMax(let scaler): scaler
        case .robust(let scaler): scaler
        case .quantile(let scaler): scaler
        }
    }
}
