/// What the package allocates beyond the data and the model, in scalars of `scalar` bytes; indices take 8.
struct MemoryFormula {
    let widths: [Int]
    let scalar: Int

    var parameters: Int { zip(widths, widths.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 } }

    /// Four flat vectors (parameters, gradients, Adam's two moments) and the model that comes out; the workspace: rows
    /// of a batch × (input + targets + outputs and gradients of the layers that don't work in place: each Linear's;
    /// ReLU works in them, and Softmax is in the loss); the order of the data's rows, and a batch's classes.
    func training(rows: Int, batch: Int) -> Int {
        let workspace = batch * (widths[0] + widths[widths.count - 1] + 2 * widths.dropFirst().reduce(0, +))
        return scalar * (5 * parameters + workspace) + 8 * (rows + batch)
    }

    /// The result, and for every thread two pieces of rows as wide as the widest output between layers.
    func prediction(rows: Int, threads: Int) -> Int {
        let widest = widths.dropFirst().dropLast().max() ?? 0
        let piece = min(rows, 256)
        return scalar * (rows * widths[widths.count - 1] + threads * 2 * piece * widest)
    }
}
