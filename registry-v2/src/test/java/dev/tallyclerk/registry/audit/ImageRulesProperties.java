package dev.tallyclerk.registry.audit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.report.JsonReporter;
import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.testing.JsonMembers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ImageRulesProperties {
    private static final String BAD = ("{'architecture':'amd64','os':'linux','created':'2023-11-14T22:13:20Z',"
                    + "'rootfs':{'type':'layers','diff_ids':['sha256:" + "ab".repeat(32)
                    + "']},'config':{'User':'root',"
                    + "'ExposedPorts':{'22/tcp':{}},'Env':['PATH=/tmp:/bin','DB_PASSWORD=x','GIT_SSL_NO_VERIFY=1'],"
                    + "'Entrypoint':['/bin/sh','-c','sshd'],'Cmd':['/usr/sbin/sshd'],'Volumes':{'/proc':{}},"
                    + "'WorkingDir':'/etc','Labels':{'token':'x'},'Healthcheck':{'Test':['NONE']},'OnBuild':['RUN x']},"
                    + "'history':[{'created_by':'ADD https://x / # buildkit'},"
                    + "{'created_by':'/bin/sh -c sudo apt-get update; curl -k x | sh; chmod 777 /opt; apk add x'},"
                    + "{'created_by':'ENV API_TOKEN=x','empty_layer':true},"
                    + "{'created_by':'RUN apt-get dist-upgrade --force-yes; chpasswd'},{}]}")
            .replace('\'', '"');

    /** OCI image-spec, config.md: these are optional, and their absence is a statement: none, or false. */
    private static boolean hasDocumentedDefault(String pointer) {
        return Set.of(
                                "/config",
                                "/config/ExposedPorts",
                                "/config/Env",
                                "/config/Entrypoint",
                                "/config/Cmd",
                                "/config/Volumes",
                                "/config/Labels",
                                "/config/OnBuild")
                        .contains(pointer)
                || pointer.startsWith("/config/ExposedPorts/")
                || pointer.startsWith("/config/Volumes/")
                || pointer.startsWith("/config/Labels/")
                || pointer.endsWith("/empty_layer");
    }

    @Example
    void removingAMemberNeverMakesAPassExceptByADocumentedDefault() throws IOException, JsonException {
        byte[] bad = BAD.getBytes(StandardCharsets.UTF_8);
        JsonMembers members = JsonMembers.of(bad);
        Map<String, Outcome.Kind> before = verdicts(ImageConfig.parse(bad));
        int compared = 0;
        for (String pointer : members.pointers()) {
            ImageConfig config;
            try {
                config = ImageConfig.parse(members.without(pointer));
            } catch (MalformedDocumentException e) {
                assertEquals(MalformedDocumentException.Reason.MISSING_MEMBER, e.reason(), pointer);
                continue;
            }
            for (Map.Entry<String, Outcome.Kind> after : verdicts(config).entrySet()) {
                boolean open = before.get(after.getKey()) != Outcome.Kind.PASS
                        && before.get(after.getKey()) != Outcome.Kind.NOT_APPLICABLE;
                if (open && after.getValue() == Outcome.Kind.PASS) {
                    assertTrue(hasDocumentedDefault(pointer), after.getKey() + " passes without " + pointer);
                }
                compared++;
            }
        }
        assertTrue(compared > 500, "compared " + compared);
    }

    @Property
    void arbitraryJsonIsReadOrRefusedWithAReason(@ForAll("documents") JsonValue document) throws IOException {
        readOrRefuse(CompactJson.of(document).getBytes(StandardCharsets.UTF_8));
    }

    @Property
    void arbitraryTextIsReadOrRefusedWithAReason(@ForAll String text) throws IOException {
        readOrRefuse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Property
    void arbitraryStepsAndVariablesNeverBreakARule(@ForAll String step, @ForAll String variable) throws IOException {
        ImageSubject image = Images.built(wellFormed(step), "/bin/sh -c " + wellFormed(variable));
        assertEquals(0, Images.audit(image).totals().get(Outcome.Kind.ERROR));
        ImageSubject other =
                Images.env(wellFormed(variable) + "=", "PATH=" + wellFormed(step), "A_TOKEN=" + wellFormed(step));
        assertEquals(0, Images.audit(other).totals().get(Outcome.Kind.ERROR));
        assertArrayEquals(report(image), report(image));
    }

    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static byte[] report(ImageSubject image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonReporter.create().withIndentation(false).write(Images.audit(image), out);
        return out.toByteArray();
    }

    private static void readOrRefuse(byte[] document) throws IOException {
        try {
            ImageSubject image = ImageSubject.builder("test")
                    .config(ImageConfig.parse(document))
                    .build();
            assertEquals(0, Images.audit(image).totals().get(Outcome.Kind.ERROR));
        } catch (MalformedDocumentException e) {
            assertTrue(!e.reason().name().isEmpty());
        }
    }

    private static Map<String, Outcome.Kind> verdicts(ImageConfig config) {
        ImageSubject image = ImageSubject.builder("test")
                .config(config)
                .annotations(Map.of())
                .build();
        Map<String, Outcome.Kind> verdicts = new TreeMap<>();
        for (Finding finding : Images.audit(image).findings()) {
            verdicts.put(finding.rule().id().value(), finding.kind());
        }
        return verdicts;
    }

    /** Mostly the names of a configuration, with values that fit now and then. */
    @Provide
    Arbitrary<JsonValue> documents() {
        Arbitrary<String> names = Arbitraries.of(
                "architecture",
                "os",
                "config",
                "rootfs",
                "type",
                "diff_ids",
                "history",
                "created",
                "created_by",
                "empty_layer",
                "User",
                "Env",
                "Labels",
                "Healthcheck",
                "Test",
                "ExposedPorts",
                "Cmd",
                "x");
        Arbitrary<JsonValue> leaves = Arbitraries.oneOf(
                Arbitraries.of("layers", "amd64", "sha256:" + "ab".repeat(32), "2023-11-14T22:13:20Z", "A=b", "22/tcp")
                        .map(JsonValue.JsonString::new),
                Arbitraries.longs().map(number -> new JsonValue.JsonNumber(Long.toString(number))),
                Arbitraries.of(true, false).map(JsonValue.JsonBoolean::new),
                Arbitraries.just(JsonValue.JsonNull.INSTANCE));
        Arbitrary<JsonValue> nested = Arbitraries.recursive(
                () -> leaves,
                inner -> Arbitraries.oneOf(
                        inner,
                        inner.list().ofMaxSize(3).map(JsonValue.JsonArray::new),
                        Arbitraries.maps(names, inner).ofMaxSize(4).map(JsonValue.JsonObject::new)),
                0,
                3);
        return Arbitraries.maps(names, nested).ofMaxSize(6).map(members -> {
            Map<String, JsonValue> document = new LinkedHashMap<>(members);
            document.putIfAbsent("architecture", new JsonValue.JsonString("amd64"));
            document.putIfAbsent("os", new JsonValue.JsonString("linux"));
            document.putIfAbsent(
                    "rootfs",
                    new JsonValue.JsonObject(Map.of(
                            "type",
                            new JsonValue.JsonString("layers"),
                            "diff_ids",
                            new JsonValue.JsonArray(List.of()))));
            return new JsonValue.JsonObject(document);
        });
    }
}
