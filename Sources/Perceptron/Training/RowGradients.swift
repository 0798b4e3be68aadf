/// Where the gradients of single rows are written: one stretch of the memory for each row, at equal distances.
struct RowGradients<Scalar: BLASScalar> {
    let memory: Memory<Scalar>
    /// Where the first row's begins.
    let offset: Int
    /// From one row's to the next one's.
    let stride: Int

    func start(of row: Int) -> Int { offset + row * stride }
}
