/// A layer whose output comes of the product of its input and the first input features × output features of its
/// parameters: `ForwardPass.multiply` makes it, from a packed copy of them if there is one.
///
/// So a NaN or an infinity in a row of the input leaves no number of that row of the output finite.
package protocol MatrixLayer: Layer {}
