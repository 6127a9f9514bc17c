package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file that a {@link FileCheck} looks at. Not to be kept. */
public final class ExaminedFile {
    private final ImageFile file;
    private final ImageFileSystem files;
    private final byte @Nullable [] content;

    ExaminedFile(ImageFile file, ImageFileSystem files, byte @Nullable [] content) {
        this.file = file;
        this.files = files;
        this.content = content;
    }

    /** {@return the path in the image, without a slash at its ends} */
    public String path() {
        return file.path();
    }

    /** {@return the file with its mode, owner and layer} */
    public ImageFile file() {
        return file;
    }

    /** {@return all merged files of the image, for example to resolve a link} */
    public ImageFileSystem files() {
        return files;
    }

    /** {@return a copy of the content, if the check asked for it and it could be read} */
    public Optional<byte[]> content() {
        byte[] bytes = content;
        return bytes == null ? Optional.empty() : Optional.of(bytes.clone());
    }

    /** {@return the content as UTF-8, in which other bytes are replaced; empty without content} */
    public String text() {
        return content == null ? "" : new String(content, StandardCharsets.UTF_8);
    }
}
