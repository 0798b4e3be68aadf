import Perceptron
import Testing

/// What takes arguments is written as what takes none where it is given none.
@Suite struct PreprocessingNamesTests {
    @Test func parenthesesCanBeLeftOut() {
        let numeric: [(Preprocessing.Numeric, Preprocessing.Numeric)] = [
            (.minMax, .minMax(lower: 0, upper: 1)), (.robust, .robust(smoothClip: true)),
            (.quantile, .quantile(count: 1000, output: .normal)),
        ]
        for (short, long) in numeric { #expect(short == long) }
        let missing: [(Preprocessing.Missing, Preprocessing.Missing)] = [
            (.mean, .mean(indicators: true)), (.median, .median(indicators: true)),
            (.mostFrequent, .mostFrequent(indicators: true)),
        ]
        for (short, long) in missing { #expect(short == long) }
        #expect(Preprocessing.Categorical.oneHot == .oneHot(unseen: .error, missing: .ignore))
        #expect(Preprocessing.Categorical.codes == .codes(unseen: .error, missing: .ignore))
        let preprocessing = Preprocessing(
            numeric: .minMax, missing: .median, categorical: .codes, columns: ["a": .numeric(.robust, missing: .mean)])
        #expect(
            preprocessing
                == Preprocessing(
                    numeric: .minMax(), missing: .median(), categorical: .codes(),
                    columns: ["a": .numeric(.robust(), missing: .mean())]))
    }
}
