package dev.tallyclerk.registry.analysis;

/**
 * Finds something out about images from their files, while their layers are verified.
 *
 * <p>Immutable, and safe for use by several threads: all state belongs to {@link ImageAnalysis} and
 * {@link LayerAnalysis}. Implementations compare by identity, because a result is looked up by its analyzer.
 *
 * <p>This lists the names of all certificates, also of those that a higher layer deletes:
 *
 * <pre>{@code
 * ImageAnalyzer<List<String>> certificates = () -> ImageAnalysis.of(
 *         () -> LayerAnalysis.<List<String>>of(new ArrayList<>(), (entry, names) -> {
 *             if (entry.path().endsWith(".crt")) {
 *                 names.add(entry.path());
 *             }
 *             return Optional.empty();
 *         }),
 *         (image, layers) -> layers.stream()
 *                 .flatMap(layer -> layer.value().stream())
 *                 .flatMap(List::stream)
 *                 .toList());
 * ImageVerification image = ImageVerifier.create().withAnalyzer(certificates).verify(source);
 * List<String> names = image.result(certificates).orElseThrow();
 * }</pre>
 *
 * <p>An unchecked exception of an analyzer ends the verification and reaches its caller, so that a broken analyzer
 * never looks like a good image.
 *
 * @param <R> the type of what is found out about an image
 */
@FunctionalInterface
public interface ImageAnalyzer<R> {
    /** {@return the analysis of one image, which was not used yet} */
    ImageAnalysis<?, R> start();
}
