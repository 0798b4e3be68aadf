/// A loss of single elements: a mean over rows and columns.
protocol ElementLoss: KernelLoss {}

extension ElementLoss {
    public func scale(rows: Int, columns: Int) -> Double { 1 / (Double(rows) * Double(columns)) }
}
