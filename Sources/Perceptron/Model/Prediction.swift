/// One prediction: pieces of the input's rows go through all layers, each in a small memory of its thread.
final class Prediction<Scalar: BLASScalar>: TiledWork, @unchecked Sendable {
    private let network: Network
    private let parameters: Buffer<Scalar>
    private let inputs: Buffer<Scalar>
    private let rows: Int
    private let outputs: Buffer<Scalar>
    /// For each thread room for the output of two layers.
    private let scratch: [Buffer<Scalar>]
    private let pieceRows: Int
    private let widest: Int
    /// From this stage on, layers write into the result: behind it all work in place.
    private let firstIntoResult: Int

    private init(
        network: Network, parameters: Buffer<Scalar>, inputs: Buffer<Scalar>, rows: Int, outputs: Buffer<Scalar>,
        threads: Int
    ) {
        self.network = network
        self.parameters = parameters
        self.inputs = inputs
        self.rows = rows
        self.outputs = outputs
        firstIntoResult = network.stages.lastIndex { $0.inPlace == nil } ?? 0
        widest = network.stages.prefix(firstIntoResult).map(\.outputFeatures).max() ?? 0
        // Enough rows for the products to be efficient, few enough to stay in a processor's cache; all of them if a
        // layer needs to see them together.
        let apart = network.stages.allSatisfy(\.layer.treatsRowsApart)
        pieceRows = max(1, apart ? min(rows, max(64, min(512, 65_536 / max(widest, 1)))) : rows)
        let pieces = (rows + pieceRows - 1) / pieceRows
        let (roomRows, roomColumns) = (pieceRows, widest)
        scratch = (0..<max(1, min(threads, pieces))).map { _ in Buffer(count: 2 * roomRows * roomColumns) }
    }

    /// The outputs for all rows of `inputs`.
    static func run(
        _ network: Network, parameters: [Scalar], inputs: Matrix<Scalar>, threads: Int
    ) -> Matrix<Scalar> {
        Matrix(rows: inputs.rows, columns: network.outputFeatures) { outputs in
            parameters.withBorrowedBuffer { parameters in
                inputs.elements.withBorrowedBuffer { elements in
                    let prediction = Prediction(
                        network: network, parameters: parameters, inputs: elements, rows: inputs.rows,
                        outputs: outputs, threads: threads)
                    let pieces = (inputs.rows + prediction.pieceRows - 1) / prediction.pieceRows
                    BLAS.withSingleThread {
                        WorkerPool.shared.perform(TileJob(), tiles: pieces, threads: threads, prediction)
                    }
                }
            }
        }
    }

    /// Where the values of a piece are between two layers.
    private enum Place {
        case inputs, result, scratch(Int)

        var otherHalf: Int { if case .scratch(0) = self { 1 } else { 0 } }
    }

    func perform(tile: Int, participant: Int) {
        let first = tile * pieceRows
        let count = min(pieceRows, rows - first)
        let room = scratch[participant]

        func buffer(_ place: Place) -> Buffer<Scalar> {
            switch place {
            case .inputs: inputs
            case .result: outputs
            case .scratch: room
            }
        }
        func block(_ place: Place, columns: Int) -> MatrixBlock {
            if case .scratch(let half) = place {
                return MatrixBlock(offset: half * pieceRows * widest, columns: columns)
            }
            return MatrixBlock(offset: first * columns, columns: columns)
        }

        var place = Place.inputs
        for (index, stage) in network.stages.enumerated() {
            let (width, inputWidth) = (stage.outputFeatures, stage.inputFeatures)
            let source = buffer(place)
            let sourceBlock = block(place, columns: inputWidth)
            if let layer = stage.inPlace {
                var values = source.mutableView(sourceBlock, rows: 0..<count, columns: 0..<width)
                layer.activate(&values)
                continue
            }
            place = index == firstIntoResult ? .result : .scratch(place.otherHalf)
            let target = buffer(place)
            var pass = ForwardPass(
                input: source.view(sourceBlock, rows: 0..<count, columns: 0..<inputWidth),
                parameters: parameters.span(stage.parameters), columns: 0..<width,
                output: target.mutableView(block(place, columns: width), rows: 0..<count, columns: 0..<width))
            stage.layer.forward(&pass)
        }
    }
}
