/// The evidence of a regularised fit (MacKay 1992).
public struct Evidence: Equatable, Sendable {
    /// γ: the effective number of parameters, which the data determine.
    public let effectiveParameters: Double
    /// β = (n − γ)/Σ w·(y − t)²: the inverse variance of the noise, for a row of weight 1 and n residuals.
    public let noisePrecision: Double
    /// α = γ/Σ parameter²: the inverse variance of the parameters.
    public let weightPrecision: Double
}
