/// The result of `fit`.
public struct Fit<Scalar: BLASScalar>: Sendable {
    /// Why the fit ended.
    public let ending: FitEnding
    /// The number of iterations that changed the parameters.
    public let iterations: Int
    /// The number of evaluations of the loss.
    public let evaluations: Int
    /// The number of evaluations of the derivatives.
    public let derivativeEvaluations: Int
    /// The mean loss at the fitted parameters.
    public let loss: Double
    /// The mean loss after each iteration, and the requested metrics; epochs mean iterations.
    public let history: History
    /// The evidence, for `LevenbergMarquardt(regularization: .bayesian)`; otherwise nil.
    public let evidence: Evidence?
    let uncertainty: ParameterUncertainty<Scalar>?

    /// The covariance of the parameters, parameters × parameters, in the order of `parameterLayout`: s²(JᵀJ)⁻¹, where
    /// s² is Σ w·(y − t)² divided by the number of residuals minus the number of parameters (SciPy's `curve_fit`
    /// without `absolute_sigma`).
    ///
    /// It is 0 for frozen parameters. With `.bayesian` it is (βJᵀJ + αI)⁻¹.
    /// - Throws: `PerceptronError.invalidState` if the fit was not by `LevenbergMarquardt`, or the rows don't determine all
    ///   parameters.
    public func covariance() throws(PerceptronError) -> Matrix<Scalar> { try known().covariance() }

    /// The standard error of each prediction due to the uncertainty of the parameters, rows × outputs: √(j·C·jᵀ), where
    /// j are the derivatives of the output with respect to the parameters and C is their covariance.
    ///
    /// The error of a new measurement also includes the noise.
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
