package dev.tallyclerk.evidence;

import java.util.Map;
import java.util.Objects;

/** A layer of a {@link NewAttachment}. Immutable. */
public final class NewBlob {
    private final String mediaType;
    private final byte[] content;
    private final Map<String, String> annotations;

    private NewBlob(String mediaType, byte[] content, Map<String, String> annotations) {
        this.mediaType = mediaType;
        this.content = content;
        this.annotations = annotations;
    }

    /**
     * {@return a layer}
     *
     * @param mediaType the media type
     * @param content the content, which is copied
     * @param annotations the annotations of the layer's descriptor
     */
    public static NewBlob of(String mediaType, byte[] content, Map<String, String> annotations) {
        return new NewBlob(Objects.requireNonNull(mediaType, "mediaType"), content.clone(), Map.copyOf(annotations));
    }

    /** {@return the media type} */
    public String mediaType() {
        return mediaType;
    }

    /** {@return a copy of the content} */
    public byte[] content() {
        return content.clone();
    }

    /** {@return the annotations of the layer's descriptor} */
    public Map<String, String> annotations() {
        return annotations;
    }
}
