package dev.tallyclerk.trust.publish;

import dev.tallyclerk.evidence.ArtifactTag;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.NewBlob;
import dev.tallyclerk.evidence.TagConflictException;
import dev.tallyclerk.evidence.TaggedContent;
import dev.tallyclerk.trust.internal.artifact.MetadataArtifact;
import dev.tallyclerk.trust.publish.PublishException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The layers of an artifact. Looks at the tag once, so all that is read belongs together. For one thread. */
final class ArtifactFiles implements RepositoryFiles {
    private static final Pattern VERSIONED = Pattern.compile("([1-9][0-9]{0,17})[.](.*)[.]json");
    private static final String ROOT = "root";

    private final ArtifactTag tag;
    private @Nullable MetadataArtifact current;
    private boolean hasLooked;

    ArtifactFiles(ArtifactTag tag) {
        this.tag = tag;
    }

    private Optional<MetadataArtifact> current() throws PublishException, IOException {
        if (!hasLooked) {
            Optional<Attachment> found = tag.current();
            try {
                current = found.isEmpty() ? null : MetadataArtifact.of(found.get());
            } catch (EvidenceException e) {
                throw PublishException.of(Reason.MALFORMED, tag.name() + " carries no metadata", e);
            }
            hasLooked = true;
        }
        return Optional.ofNullable(current);
    }

    @Override
    public String name() {
        return tag.name();
    }

    @Override
    public Optional<byte[]> read(String name) throws PublishException, IOException {
        Optional<MetadataArtifact> artifact = current();
        Optional<AttachedBlob> layer = artifact.flatMap(each -> each.layer(name));
        if (artifact.isEmpty() || layer.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(artifact.get().artifact().read(layer.get()));
        } catch (EvidenceException e) {
            throw PublishException.of(Reason.MALFORMED, "the layer " + name + " cannot be read", e);
        }
    }

    @Override
    public long newestRoot() throws PublishException, IOException {
        return versions(layers()).getOrDefault(ROOT, 0L);
    }

    @Override
    public long unusedSnapshot(long version) {
        return version;
    }

    private Map<String, AttachedBlob> layers() throws PublishException, IOException {
        return current().map(MetadataArtifact::layers).orElse(Map.of());
    }

    /** {@return the newest version of each role} */
    private static Map<String, Long> versions(Map<String, AttachedBlob> layers) {
        Map<String, Long> versions = new HashMap<>();
        for (String name : layers.keySet()) {
            Matcher versioned = VERSIONED.matcher(name);
            if (versioned.matches()) {
                versions.merge(versioned.group(2), Long.parseLong(versioned.group(1)), Math::max);
            }
        }
        return versions;
    }

    @Override
    public void publish(Map<String, byte[]> first, Map<String, byte[]> last) throws PublishException, IOException {
        Map<String, byte[]> files = new LinkedHashMap<>(first);
        files.putAll(last);
        List<NewBlob> added = new ArrayList<>();
        files.forEach((name, content) -> added.add(MetadataArtifact.layer(name, content)));
        List<AttachedBlob> kept = new ArrayList<>();
        Map<String, Long> newest = versions(layers());
        layers().forEach((name, layer) -> {
            if (!files.containsKey(name) && isOfTheStateBefore(name, newest)) {
                kept.add(layer);
            }
        });
        TaggedContent content = new TaggedContent(MetadataArtifact.TYPE, kept, added);
        Optional<MetadataArtifact> before = current();
        try {
            if (before.isPresent()) {
                tag.replace(before.get().artifact(), content);
            } else {
                tag.create(content);
            }
        } catch (TagConflictException e) {
            throw PublishException.of(Reason.CONFLICT, "another publisher was first", e);
        }
    }

    private static boolean isOfTheStateBefore(String name, Map<String, Long> newest) {
        Matcher versioned = VERSIONED.matcher(name);
        if (!versioned.matches()) {
            return true;
        }
        String role = versioned.group(2);
        return role.equals(ROOT) || newest.getOrDefault(role, 0L) == Long.parseLong(versioned.group(1));
    }

    @Override
    public Closeable claim() {
        return () -> {};
    }
}
