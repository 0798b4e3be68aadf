extension Kernels {
    /// inputGradient[r, c] = Σ over members of gradient[r, member · columns + c] · factors[member · columns + c].
    static func foldColumns<Scalar>(
        _ gradient: MatrixView<Scalar>, factors: Span<Scalar>, into inputGradient: inout MutableMatrixView<Scalar>
    ) {
        precondition(
            gradient.rows == inputGradient.rows && gradient.columns == factors.count
                && factors.count.isMultiple(of: inputGradient.columns), "columns for each member")
        let members = factors.count / inputGradient.columns
        inputGradient.withMemory { inputGradient in
            gradient.elements.withUnsafeBufferPointer { gradient_ in
                factors.withUnsafeBufferPointer {
                    Scalar._kernelTable.functions.fold_columns(
                        inputGradient.rows, inputGradient.columns, members, gradient_.baseAddress!, gradient.stride,
                        $0.baseAddress!, inputGradient.start, inputGradient.stride)
                }
            }
        }
    }

    /// The gradients of y = ((x ∘ r)·W) ∘ s for one member, from `product`, xᵀ·dy. `gradients` has that of W, which the
    /// first member writes and the others add to, followed by those of r and s for every member.
    static func memberGradient<Scalar>(
        product: MatrixView<Scalar>, weight: Span<Scalar>, inputFactors: Span<Scalar>, outputFactors: Span<Scalar>,
        member: Int, members: Int, into gradients: inout MutableSpan<Scalar>
    ) {
        let (inputs, outputs) = (product.rows, product.columns)
        precondition(
            product.stride == outputs && weight.count == inputs * outputs && inputFactors.count == inputs
                && outputFactors.count == outputs && member < members
                && gradients.count >= inputs * outputs + members * (inputs + outputs), "shapes of a member's gradients")
        gradients.withUnsafeMutableBufferPointer { gradients in
            let weightSums = gradients.baseAddress!
            let r = weightSums + inputs * outputs + member * inputs
            let s = weightSums + inputs * outputs + members * inputs + member * outputs
            product.elements.withUnsafeBufferPointer { product in
                weight.withUnsafeBufferPointer { weight in
                    inputFactors.withUnsafeBufferPointer { inputFactors in
                        outputFactors.withUnsafeBufferPointer {
                            Scalar._kernelTable.functions.member_gradient(
                                inputs, outputs, product.baseAddress!, weight.baseAddress!, inputFactors.baseAddress!,
                                $0.baseAddress!, member > 0 ? 1 : 0, weightSums, r, s)
                        }
                    }
                }
            }
        }
    }
}
