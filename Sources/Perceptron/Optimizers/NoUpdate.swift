/// Leaves the parameters as they are, for what moves them by other means.
struct NoUpdate: Optimizer {
    var stateVectors: Int { 0 }
    var treatsParametersApart: Bool { true }
    var keepsParametersFinite: Bool { true }
    func validate() throws(PerceptronError) {}
    func update<Scalar: BLASScalar>(_ update: inout ParameterUpdate<Scalar>) {}
}
