import CKernels
import Testing

@testable import Perceptron

/// The generator behind dropout and noise.
@Suite struct RandomFieldTests {
    /// Philox 4×32-10 in Random123's `kat_vectors`: counter, key, words.
    static let knownAnswers: [(counter: [UInt32], key: [UInt32], words: [UInt32])] = [
        ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
        (
            [.max, .max, .max, .max], [.max, .max],
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        ),
        (
            [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        ),
    ]

    private func bits(_ table: _KernelTable, _ field: CRandomField, _ first: Int, rows: Int, columns: Int) -> [UInt32] {
        var bits = [UInt32](repeating: 0, count: rows * columns)
        withUnsafePointer(to: field) { table.functions.random_bits(rows, columns, first, $0, &bits) }
        return bits
    }

    @Test(arguments: kernelVariants) func knownAnswers(_ set: InstructionSet) {
        for answer in Self.knownAnswers {
            let field = CRandomField(
                seed: UInt64(answer.key[1]) << 32 | UInt64(answer.key[0]), update: UInt64(answer.counter[2]),
                layer: answer.counter[3], first_row: answer.counter[1])
            // Sixteen counters make 64 columns: the words of one are sixteen columns apart.
            let (block, lane) = (Int(answer.counter[0]) / 16, Int(answer.counter[0]) % 16)
            for table in [Double.table(set), Float.table(set)] {
                let words = (0..<4).map { bits(table, field, 64 * block + 16 * $0 + lane, rows: 1, columns: 1)[0] }
                #expect(words == answer.words)
            }
        }
    }

    /// Wherever a matrix is cut, an element's bits are the same, and those that one asks for alone.
    @Test(arguments: kernelVariants) func cutsDoNotMatter(_ set: InstructionSet) {
        let field = RandomField(seed: 77, update: 5, layer: 3, firstRow: 1000)
        let table = Float.table(set)
        let whole = bits(table, field.kernels, 0, rows: 5, columns: 200)
        #expect(Set(whole).count == 1000)
        for (first, columns) in [(0, 1), (1, 63), (32, 32), (60, 70), (64, 64), (127, 2), (199, 1), (3, 197)] {
            for row in 0..<5 {
                let moved = RandomField(seed: 77, update: 5, layer: 3, firstRow: 1000 + row)
                let part = bits(table, moved.kernels, first, rows: 1, columns: columns)
                #expect(part == Array(whole[row * 200 + first..<row * 200 + first + columns]))
            }
        }
        #expect(field.bits(row: 3, column: 121) == whole[3 * 200 + 121])
        #expect(field.uniform(row: 3, column: 121) == Double(whole[3 * 200 + 121]) / 4_294_967_296)
    }

    /// Each of them, the upper half of numbers of 64 bits too, makes all the bits others.
    @Test func everythingCounts() {
        let field = RandomField(seed: 1, update: 2, layer: 3, firstRow: 4)
        let others = [
            RandomField(seed: 2, update: 2, layer: 3, firstRow: 4),
            RandomField(seed: 1 | 1 << 40, update: 2, layer: 3, firstRow: 4),
            RandomField(seed: 1, update: 3, layer: 3, firstRow: 4),
            RandomField(seed: 1, update: 2 | 1 << 33, layer: 3, firstRow: 4),
            RandomField(seed: 1, update: 2, layer: 4, firstRow: 4),
            RandomField(seed: 1, update: 2, layer: 3, firstRow: 5),
        ]
        for other in others {
            let same = (0..<256).count { field.bits(row: 0, column: $0) == other.bits(row: 0, column: $0) }
            #expect(same == 0, "\(other)")
        }
    }
}
