package dev.tallyclerk.registry.internal.platform;

import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.Platform;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way down from an index to the image for a platform: which entries lead there, and whether it is the image.
 *
 * <p>Whoever goes the way reads the documents. Used once, by one thread.
 */
public final class PlatformDescent {
    private final Platform wanted;
    private @Nullable Platform announced;
    private boolean silent;
    private int followed;

    /**
     * Begins at the top.
     *
     * @param wanted what the image is to run on
     * @param announced what is said of the image beside its name, or null
     */
    public PlatformDescent(Platform wanted, @Nullable Platform announced) {
        this.wanted = wanted;
        this.announced = announced;
    }

    /** {@return whether the next index would lie within more others than are followed} */
    public boolean isTooDeep() {
        return followed > ImageIndex.MAX_OUTER_INDEXES;
    }

    /** {@return the entry to go on with, or nothing if the index has no image for the platform} */
    public Optional<Descriptor> follow(ImageIndex index) {
        Optional<Descriptor> entry = index.manifestFor(wanted);
        if (entry.isPresent()) {
            followed++;
            silent = entry.get().platform().isEmpty();
            // What an index says of another one holds for what is below, where that says nothing itself.
            announced = entry.get().platform().orElse(announced);
        }
        return entry;
    }

    /** {@return what the image is announced for, by the last that said so: a source, or one of the indexes} */
    public Optional<Platform> announced() {
        return Optional.ofNullable(announced);
    }

    /** {@return whether the last entry that was followed does not say what it is for} */
    public boolean endsInSilence() {
        return silent;
    }

    /**
     * {@return whether an image is one for the platform that is wanted}
     *
     * @param configured what its configuration says
     */
    public boolean isFor(Platform configured) {
        return wanted.accepts(announced == null ? configured : configured.withVariantOf(announced));
    }
}
