package dev.tallyclerk.hardening.dockerfile;

import java.util.Optional;

/** What {@code --from} and mounts refer to. */
final class CopySources {
    private CopySources() {}

    /** {@return whether a name after {@code --from} is an image, and no stage before this one} */
    static boolean isImage(Dockerfile file, BuiltStage stage, String name) {
        return earlier(file, stage, name).isEmpty() && looksLikeImage(name);
    }

    /** {@return the stage before this one that a name or number refers to} */
    static Optional<Stage> earlier(Dockerfile file, BuiltStage stage, String name) {
        int before = stage.stage().map(Stage::index).orElse(0);
        return file.stage(name).filter(found -> found.index() < before);
    }

    /** {@return whether a name has a part that only images have: a registry, a path, a tag or a digest} */
    static boolean looksLikeImage(String name) {
        return name.indexOf('/') >= 0 || name.indexOf(':') >= 0 || name.indexOf('@') >= 0;
    }
}
