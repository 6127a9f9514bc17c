package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.subject.MarkedText;
import dev.tallyclerk.internal.subject.SubjectJson;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the Engine API's lists of images and containers say.
 *
 * @param total the number of images
 * @param used how many of them have a container
 */
record ImageLists(int total, int used) {
    private static final String PREFIX = "sha256:";

    static ImageLists compare(byte[] images, byte[] containers, SubjectLimits limits) throws MalformedSubjectException {
        Set<String> all = ids("images", images, "Id", limits);
        Set<String> used = ids("containers", containers, "ImageID", limits);
        int total = all.size();
        // A container may outlive its image, which is not counted.
        all.retainAll(used);
        return new ImageLists(total, all.size());
    }

    private static Set<String> ids(String document, byte[] list, String member, SubjectLimits limits)
            throws MalformedSubjectException {
        JsonCursor root = SubjectJson.parse(document, MarkedText.withoutMark(document, list, limits), limits);
        try {
            List<JsonCursor> elements = root.elements();
            Set<String> ids = new HashSet<>();
            for (JsonCursor element : elements) {
                String id = element.required(member).string();
                // Engines up to 1.9 and Podman write ids without the algorithm.
                ids.add(id.startsWith(PREFIX) ? id.substring(PREFIX.length()) : id);
            }
            return ids;
        } catch (JsonException e) {
            throw SubjectJson.malformed(document, e);
        }
    }
}
