package dev.tallyclerk.registry.internal.platform;

import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.model.PlatformMatcher;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Selects the image for a platform in an index and its nested indexes.
 *
 * <p>The caller reads the documents. Used once, by one thread.
 */
public final class PlatformDescent {
    private final Platform wanted;
    private @Nullable Platform announced;
    private boolean silent;
    private int followed;

    /**
     * Starts at the outermost document.
     *
     * @param wanted the platform to run on
     * @param announced the platform that the source announces for the image, or null
     */
    public PlatformDescent(Platform wanted, @Nullable Platform announced) {
        this.wanted = wanted;
        this.announced = announced;
    }

    /** {@return whether the next index would be nested too deeply} */
    public boolean isTooDeep() {
        return followed > ImageIndex.MAX_OUTER_INDEXES;
    }

    /** {@return the entry to follow, or nothing if the index has no image for the platform} */
    public Optional<Descriptor> follow(ImageIndex index) {
        Optional<Descriptor> entry = index.manifestFor(wanted);
        entry.ifPresent(this::follow);
        return entry;
    }

    private void follow(Descriptor entry) {
        followed++;
        silent = entry.platform().isEmpty();
        // The platform of an outer index's entry also holds for inner entries that have none.
        announced = entry.platform().orElse(announced);
    }

    /** {@return the descent after an entry that another engine follows, from where this one is} */
    public PlatformDescent following(Descriptor entry) {
        PlatformDescent other = new PlatformDescent(wanted, announced);
        other.followed = followed;
        other.follow(entry);
        return other;
    }

    /** {@return the entries that some engine follows; the first is the one that {@link #follow} returns} */
    public List<Descriptor> choices(ImageIndex index) {
        return EngineChoices.of(index, wanted);
    }

    /** {@return the last platform announced for the image, by the source or one of the indexes} */
    public Optional<Platform> announced() {
        return Optional.ofNullable(announced);
    }

    /** {@return whether the last followed entry has no platform} */
    public boolean endsInSilence() {
        return silent;
    }

    /**
     * {@return whether an image runs on the wanted platform}
     *
     * @param configured the platform in its configuration
     */
    public boolean isFor(Platform configured) {
        return PlatformMatcher.strict(wanted)
                .matches(announced == null ? configured : configured.withVariantOf(announced));
    }
}
