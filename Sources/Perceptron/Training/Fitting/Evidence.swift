/// The evidence of a regularised fit (MacKay 1992).
public struct Evidence: Equatable, Sendable {
    /// γ: how many parameters the data determine, of all that learn.
    public let effectiveParameters: Double
    /// β = (n − γ)/Σ w·(y − t)²: 1 over the variance of the noise, of a row of weight 1.
    public let noisePrecision: Double
    /// α = γ/Σ parameter²: 1 over the variance of the parameters.
    public let weightPrecision: Double
}
