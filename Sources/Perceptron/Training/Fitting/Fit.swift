/// The result of `fit`.
public struct Fit<Scalar: BLASScalar>: Sendable {
    /// Why the fit ended.
    public let ending: FitEnding
    /// How often the parameters moved.
    public let iterations: Int
    /// How often the loss was computed.
    public let evaluations: Int
    /// How often the derivatives were computed.
    public let derivativeEvaluations: Int
    /// The mean loss at the parameters that the model has now.
    public let loss: Double
    /// The mean loss after each iteration, and what else was requested; epochs mean iterations.
    public let history: History
    /// For `LevenbergMarquardt(regularization: .bayesian)`.
    public let evidence: Evidence?
    let uncertainty: ParameterUncertainty<Scalar>?

    /// The covariance of the parameters, parameters × parameters, in the order of `parameterLayout`: s²(JᵀJ)⁻¹, where
    /// s² is Σ w·(y − t)² over the number of residuals less that of the parameters (SciPy's `curve_fit` without
    /// `absolute_sigma`).
    ///
    /// 0 for frozen parameters. With `.bayesian` it is (βJᵀJ + αI)⁻¹.
    /// - Throws: `PerceptronError.invalidState` if the fit was not by `LevenbergMarquardt`, or the rows don't determine all
    ///   parameters.
    public func covariance() throws(PerceptronError) -> Matrix<Scalar> { try known().covariance() }

    /// The standard error of each prediction that comes from the parameters', rows × outputs: √(j·C·jᵀ) for derivatives j of
    /// the output and the covariance C.
    ///
    /// The error of a new measurement also has the noise's variance.
    /// - Parameters:
    ///   - inputs: rows × `inputFeatures`.
    ///   - threads: the most threads to use; as many as help if nil. The bits don't depend on it.
    /// - Throws: as `covariance` does; `PerceptronError` if `inputs` don't fit the model.
    public func predictionStandardErrors(
        _ inputs: Matrix<Scalar>, threads: Int? = nil
    ) throws(PerceptronError) -> Matrix<Scalar> {
        try known().predictionStandardErrors(inputs, threads: threads)
    }

    private func known() throws(PerceptronError) -> ParameterUncertainty<Scalar> {
        guard let uncertainty else {
            throw .invalidState("only a fit by LevenbergMarquardt estimates the covariance of its parameters")
        }
        return uncertainty
    }
}
