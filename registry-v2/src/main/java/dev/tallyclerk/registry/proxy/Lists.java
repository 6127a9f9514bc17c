package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonWriter;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.MediaType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lists of tags and referrers, which are the upstream's word at the moment and never kept. */
final class Lists {
    /** The most tags of a page, also if no size is asked for: many callers may be sent one at a time. */
    private static final int MOST = 10_000;

    /** Callers who want pages of one list at a time share it: each page takes all tags of the upstream. */
    private final Flights<List<String>> tags = new Flights<>();

    /**
     * {@return a page of the tags, in the order of the specification}
     *
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags">OCI
     *     distribution-spec v1.1.1, Listing Tags</a>
     */
    ProxyAnswer tags(View view, String name, String query) throws IOException, Refusal {
        Optional<String> size = Target.parameter(query, "n");
        int most = size.isEmpty() ? MOST : pageSize(size.get());
        String last = Target.parameter(query, "last").orElse("");
        List<String> after =
                all(view).stream().filter(tag -> tag.compareTo(last) > 0).toList();
        List<String> page = after.subList(0, Math.min(most, after.size()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonWriter json = JsonWriter.compact(out);
        json.beginObject().member("name", name).name("tags").beginArray();
        for (String tag : page) {
            json.value(tag);
        }
        json.endArray().endObject().finish();
        ProxyAnswer answer = ProxyAnswer.of(200, out.toByteArray()).with("Content-Type", "application/json");
        return page.isEmpty() || page.size() == after.size()
                ? answer
                : answer.with(
                        "Link",
                        "</v2/" + name + "/tags/list?n=" + most + "&last=" + page.get(page.size() - 1)
                                + namespace(query) + ">; rel=\"next\"");
    }

    private List<String> all(View view) throws IOException, Refusal {
        try {
            return tags.here(
                    view.key(), () -> view.documents().tags().stream().sorted().toList());
        } catch (IOException | RuntimeException | Refusal e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static String namespace(String query) throws Refusal {
        return Target.parameter(query, "ns").map(host -> "&ns=" + host).orElse("");
    }

    private static int pageSize(String text) throws Refusal {
        if (!text.matches("[0-9]{1,9}")) {
            throw Refusal.of(400, "PAGINATION_NUMBER_INVALID", "n is the size of a page, a whole number");
        }
        return Math.min(MOST, Integer.parseInt(text));
    }

    /**
     * {@return the referrers of a manifest}
     *
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers">OCI
     *     distribution-spec v1.1.1, Listing Referrers</a>
     */
    ProxyAnswer referrers(View view, Digest subject, String query) throws IOException, Refusal {
        @Nullable String type = Target.parameter(query, "artifactType").orElse(null);
        if (type != null && !MediaType.isValid(type)) {
            throw Refusal.of(400, "UNSUPPORTED", "artifactType is no media type");
        }
        List<Descriptor> found = type == null
                ? view.documents().referrers(subject)
                : view.documents().referrers(subject, type);
        ImageIndex.Builder index = ImageIndex.builder();
        found.forEach(each -> index.manifest(withoutContent(each)));
        ProxyAnswer answer = ProxyAnswer.of(200, index.build().bytes()).with("Content-Type", MediaType.OCI_INDEX);
        return type == null ? answer : answer.with("OCI-Filters-Applied", "artifactType");
    }

    /** {@return the descriptor without data, which would leave without a decision on it, and without other places} */
    private static Descriptor withoutContent(Descriptor given) {
        Descriptor plain =
                Descriptor.of(given.mediaType(), given.digest(), given.size()).withAnnotations(given.annotations());
        if (given.artifactType().isPresent()) {
            plain = plain.withArtifactType(given.artifactType().get());
        }
        return given.platform().isPresent()
                ? plain.withPlatform(given.platform().get())
                : plain;
    }
}
