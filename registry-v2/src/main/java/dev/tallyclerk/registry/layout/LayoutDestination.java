package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.ImageContent;
import dev.tallyclerk.registry.image.ImageDestination;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A place in a layout, whose sessions never wait for others.
 *
 * @param destination the place
 * @param unnamed makes a destination without a name in the same layout
 * @param named makes one with a name
 */
record LayoutDestination(
        NamedDestination destination, Supplier<ImageDestination> unnamed, Function<String, ImageDestination> named)
        implements ImageDestination {
    @Override
    public String name() {
        return destination.name();
    }

    @Override
    public Session begin(ImageContent image, CompletionStage<?> end) throws IOException {
        return destination.begin(image, end);
    }

    @Override
    public ImageDestination beside(Digest digest) {
        return unnamed.get();
    }

    @Override
    public ImageDestination beside(String tag) {
        return named.apply(tag);
    }
}
