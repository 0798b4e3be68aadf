/// A layer that is made of layers.
///
/// It has no passes of its own: a model takes it apart into stages of one flat plan, so that nothing is nested where a batch
/// goes through.
package protocol CompositeLayer: Layer {
    /// All layers that it is made of, of which some may be composite themselves.
    var innerLayers: [any Layer] { get }

    /// Appends these layers, and what joins them.
    /// - Returns: what comes out.
    /// - Throws: `PerceptronError.invalidArchitecture` if they don't fit together.
    func append(to stages: inout StageList, input: StageList.Value) throws(PerceptronError) -> StageList.Value
}

extension CompositeLayer {
    public func outputFeatures(forInputFeatures inputFeatures: Int) throws(PerceptronError) -> Int {
        var stages = StageList(inputFeatures: inputFeatures)
        return try append(to: &stages, input: stages.input).features
    }

    public func parameters(forInputFeatures inputFeatures: Int) -> [Parameter] {
        entries(inputFeatures).flatMap { entry in
            entry.layer.parameters(forInputFeatures: entry.input.features).map { parameter in
                Parameter(
                    name: "\(entry.name).\(parameter.name)", rows: parameter.rows, columns: parameter.columns,
                    initializer: parameter.initializer, isTransposedInFiles: parameter.isTransposedInFiles,
                    decays: parameter.decays)
            }
        }
    }

    public func state(forInputFeatures inputFeatures: Int) -> [StateVariable] {
        entries(inputFeatures).flatMap { entry in
            entry.layer.state(forInputFeatures: entry.input.features).map { variable in
                let name = "\(entry.name).\(variable.name)"
                return variable.isCounter
                    ? StateVariable(counter: name)
                    : StateVariable(name: name, count: variable.count, initialValue: variable.initialValue)
            }
        }
    }

    /// None if the layers don't fit together.
    private func entries(_ inputFeatures: Int) -> [StageList.Entry] {
        var stages = StageList(inputFeatures: inputFeatures)
        return (try? append(to: &stages, input: stages.input)) == nil ? [] : stages.entries
    }

    public var treatsRowsApart: Bool { innerLayers.allSatisfy(\.treatsRowsApart) }
    public var treatsRowsApartInTraining: Bool { innerLayers.allSatisfy(\.treatsRowsApartInTraining) }
    public var leastRowsInTraining: Int { innerLayers.map(\.leastRowsInTraining).max() ?? 1 }

    public func forward<Scalar: BLASScalar>(_: inout ForwardPass<Scalar>) { hasNoPass() }
    public func backward<Scalar: BLASScalar>(_: inout BackwardPass<Scalar>) { hasNoPass() }

    private func hasNoPass() -> Never {
        preconditionFailure("\(Self.self) has no pass of its own: a model carries out the layers that it is made of")
    }
}
