package dev.tallyclerk.registry.layout;

import dev.tallyclerk.registry.image.ImageContent;
import dev.tallyclerk.registry.image.ImageDestination;
import java.io.IOException;
import java.util.concurrent.CompletionStage;

/** A destination whose sessions never wait for others. */
record NamedDestination(String name, Opening opening) implements ImageDestination {
    /** Begins a session. */
    @FunctionalInterface
    interface Opening {
        Session begin(ImageContent image) throws IOException;
    }

    @Override
    public Session begin(ImageContent image, CompletionStage<?> end) throws IOException {
        return opening.begin(image);
    }
}
