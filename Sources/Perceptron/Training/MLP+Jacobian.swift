extension MLP {
    /// The derivatives of the outputs with respect to the inputs, rows × outputs × `inputFeatures`: `jacobian[row,
    /// output, feature]` is ∂ output / ∂ feature of what `predict` computes.
    ///
    /// They need one backward pass for each output (`torch.func.jacrev` over each row).
    /// - Parameters:
    ///   - inputs: rows × `inputFeatures`.
    ///   - threads: the most threads to use; as many as help if nil. The bits don't depend on it.
    /// - Throws: `PerceptronError` if `inputs` don't fit the model or have a NaN or infinity; `.invalidArchitecture` if a
    ///   layer doesn't treat rows separately; `.invalidArgument` if the result is larger than the machine's memory.
    public func inputJacobian(_ inputs: Matrix<Scalar>, threads: Int? = nil) throws(PerceptronError) -> Jacobian<Scalar>
    {
        try jacobian(of: self, inputs, variables: inputFeatures, threads) { pass, memory in
            pass.inputDerivatives(into: memory)
        }
    }

    /// The derivatives of the outputs with respect to the parameters, rows × outputs × parameters, in the order of
    /// `parameterLayout` and including frozen ones.
    ///
    /// Its `matrix`, (rows · outputs) × parameters, is the design matrix of the least-squares problem linearised at
    /// these parameters.
    /// - Parameters:
    ///   - inputs: rows × `inputFeatures`.
    ///   - threads: the most threads to use; as many as help if nil. The bits don't depend on it.
    /// - Throws: as `inputJacobian` does.
    public func parameterJacobian(
        _ inputs: Matrix<Scalar>, threads: Int? = nil
    ) throws(PerceptronError) -> Jacobian<Scalar> {
        var model = self
        model.frozenLayers = []
        return try jacobian(of: model, inputs, variables: network.parameterCount, threads) { pass, memory in
            pass.parameterDerivatives(into: memory)
        }
    }

    /// Collects what `write` writes for each block of rows.
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    private func jacobian(
        of model: MLP, _ inputs: Matrix<Scalar>, variables: Int, _ threads: Int?,
        write: (JacobianPass<Scalar>, Memory<Scalar>) -> Void
    ) throws(PerceptronError) -> Jacobian<Scalar> {
        let threads = try checkedThreads(threads)
        try check(inputs, "inputs", columns: inputFeatures, of: "the model takes")
        let (rowCount, outputs) = (inputs.rows, outputFeatures)
        try checkMemory(
            scalars: [rowCount, outputs, variables], bytesEach: MemoryLayout<Scalar>.stride, "the Jacobian")
        let blockRows = Tiling.pieceRows(rows: rowCount)
        let pass = try JacobianPass(model, threads: threads)
        return Jacobian(rows: rowCount, outputs: outputs, variables: variables) { memory in
            inputs.elements.withMemory { all in
                BLAS.withSingleThread {
                    for start in stride(from: 0, to: rowCount, by: blockRows) {
                        let rows = start..<min(start + blockRows, rowCount)
                        _ = pass.forward(
                            all.extracting(rows.lowerBound * inputFeatures..<rows.upperBound * inputFeatures),
                            rows: rows.count)
                        let size = outputs * variables
                        write(pass, memory.extracting(rows.lowerBound * size..<rows.upperBound * size))
                    }
                }
            }
        }
    }
}
