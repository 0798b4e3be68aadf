/// The memory for the gradients of single rows, at equal distances.
struct RowGradients<Scalar: BLASScalar> {
    let memory: Memory<Scalar>
    /// The start of the first row's gradient.
    let offset: Int
    /// The distance between the gradients of consecutive rows.
    let stride: Int

    func start(of row: Int) -> Int { offset + row * stride }
}
