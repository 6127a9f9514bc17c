package dev.tallyclerk.command;

import dev.tallyclerk.command.Inspection.Document;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ExecutionParameters;
import dev.tallyclerk.registry.model.ExecutionParameters.Healthcheck;
import dev.tallyclerk.registry.model.HistoryEntry;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.ImageIndex;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.model.Schema1Manifest;
import dev.tallyclerk.registry.model.Schema1Verification;
import dev.tallyclerk.registry.model.Schema1Verification.Signer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the documents as JSON. Within a schema version, members are only added:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.inspect-report", "schemaVersion": 1,
 *  "source": TEXT, "digest": DIGEST, "voucher": TEXT,
 *  "indexes": [{DOCUMENT, "manifests": [DESCRIPTOR...]}...],
 *  "manifest"?: {DOCUMENT, "config": DESCRIPTOR, "layers": [DESCRIPTOR...]}
 *             | {DOCUMENT, "signedPart"?: DIGEST, "name": TEXT, "tag": TEXT, "architecture": TEXT,
 *                "signatures": {"result": "trusted" | "self-signed" | "unsigned" | "invalid",
 *                               "signers"?: [{"keyId": TEXT, "algorithm": TEXT}...], "reason"?: TEXT, "message"?: TEXT},
 *                "layers": [{"digest": DIGEST, "throwaway": BOOLEAN, "created"?: TIME, "command": [TEXT...]}...]},
 *  "config"?: {"digest": DIGEST, "size": BYTES, "platform": PLATFORM, "created"?: TIME, "author"?: TEXT, "user": TEXT,
 *              "entrypoint": [TEXT...], "command": [TEXT...], "workingDir": TEXT, "env": [TEXT...], "ports": [TEXT...],
 *              "volumes": [TEXT...], "stopSignal": TEXT, "healthcheck": [TEXT...],
 *              "healthcheckSettings": {"interval": TIME SPAN, "timeout": TIME SPAN, "startPeriod": TIME SPAN,
 *                                      "startInterval": TIME SPAN, "retries": NUMBER, "unknown": {...}},
 *              "shell": [TEXT...], "onBuild": [TEXT...], "labels": {TEXT...}, "executionUnknown": {...},
 *              "layers": [{"diffId": DIGEST, "chainId": DIGEST}...],
 *              "history": [{"createdBy": TEXT, "emptyLayer": BOOLEAN, "created"?: TIME}...], "unknown": {...}}}
 *
 * DOCUMENT: "mediaType": TEXT, "digest": DIGEST, "size": BYTES, "artifactType"?: TEXT, "subject"?: DESCRIPTOR,
 *           "annotations": {TEXT...}, "unknown": {...}
 * DESCRIPTOR: {"mediaType": TEXT, "digest": DIGEST, "size": BYTES, "platform"?: PLATFORM, "artifactType"?: TEXT,
 *              "urls": [TEXT...], "annotations": {TEXT...}, "unknown": {...}}
 * TIME SPAN: an ISO 8601 duration such as PT30S; PT0S is the engine's own default
 * PLATFORM: OS[(VERSION+FEATURE...)]/ARCHITECTURE[/VARIANT]
 * }</pre>
 */
final class InspectJson {
    private static final String SCHEMA = "dev.tallyclerk.inspect-report";
    private static final int SCHEMA_VERSION = 1;

    private final JsonOutput json;

    private InspectJson(JsonOutput json) {
        this.json = json;
    }

    static void write(Inspection inspection, OutputStream out) throws IOException {
        JsonOutput json = new JsonOutput(out);
        new InspectJson(json).write(inspection);
        json.finish();
    }

    private void write(Inspection inspection) throws IOException {
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        json.member("source", inspection.source());
        json.member("digest", inspection.resolved().digest().toString());
        json.member("voucher", inspection.resolved().voucher());
        json.name("indexes").beginArray();
        for (Document index : inspection.indexes()) {
            document(index);
            descriptors("manifests", ((ImageIndex) index.content()).manifests());
            json.endObject();
        }
        json.endArray();
        Document manifest = inspection.manifest();
        if (manifest != null) {
            json.name("manifest");
            document(manifest);
            if (manifest.content() instanceof ImageManifest image) {
                json.name("config");
                descriptor(image.config());
                descriptors("layers", image.layers());
            } else if (manifest.content() instanceof Schema1Manifest schema1) {
                schema1(schema1);
            }
            json.endObject();
        }
        if (inspection.config() != null && inspection.shown() instanceof ImageManifest image) {
            json.name("config");
            config(image.config().digest(), inspection.config());
        }
        json.endObject();
    }

    /** Writes the start of a document; the caller ends the object. */
    private void document(Document shown) throws IOException {
        Manifest document = shown.content();
        json.beginObject().member("mediaType", document.mediaType());
        json.member("digest", shown.digest().toString()).member("size", document.size());
        optional("artifactType", document.artifactType());
        if (document.subject().isPresent()) {
            json.name("subject");
            descriptor(document.subject().get());
        }
        texts("annotations", document.annotations());
        unknown(document.unknownMembers());
    }

    private void schema1(Schema1Manifest manifest) throws IOException {
        if (manifest.isSigned()) {
            json.member("signedPart", manifest.digest().toString());
        }
        json.member("name", manifest.name()).member("tag", manifest.tag());
        json.member("architecture", manifest.architecture());
        json.name("signatures");
        signatures(manifest.verifySignatures());
        json.name("layers").beginArray();
        for (Schema1Manifest.Layer layer : manifest.layers()) {
            json.beginObject().member("digest", layer.blobSum().toString());
            json.member("throwaway", layer.history().throwaway());
            optional("created", layer.history().created().map(Object::toString));
            texts("command", layer.history().command());
            json.endObject();
        }
        json.endArray();
    }

    private void signatures(Schema1Verification result) throws IOException {
        json.beginObject()
                .member(
                        "result",
                        result.<String>fold(
                                trusted -> "trusted",
                                selfSigned -> "self-signed",
                                unsigned -> "unsigned",
                                invalid -> "invalid"));
        List<Signer> signers = result.<List<Signer>>fold(
                trusted -> trusted.signers(),
                selfSigned -> selfSigned.signers(),
                unsigned -> List.of(),
                i -> List.of());
        if (!signers.isEmpty()) {
            json.name("signers").beginArray();
            for (Signer signer : signers) {
                json.beginObject().member("keyId", signer.keyId());
                json.member("algorithm", signer.algorithm()).endObject();
            }
            json.endArray();
        }
        if (result instanceof Schema1Verification.Invalid invalid) {
            json.member("reason", invalid.reason().name()).member("message", invalid.message());
        }
        json.endObject();
    }

    private void config(Digest digest, ImageConfig config) throws IOException {
        json.beginObject().member("digest", digest.toString());
        json.member("size", config.bytes().length);
        json.member("platform", config.platform().specifier());
        optional("created", config.created().map(Object::toString));
        optional("author", config.author());
        execution(config.execution());
        json.name("layers").beginArray();
        List<Digest> chainIds = config.chainIds();
        for (int i = 0; i < chainIds.size(); i++) {
            json.beginObject().member("diffId", config.diffIds().get(i).toString());
            json.member("chainId", chainIds.get(i).toString()).endObject();
        }
        json.endArray().name("history").beginArray();
        for (HistoryEntry entry : config.history()) {
            json.beginObject().member("createdBy", entry.createdBy()).member("emptyLayer", entry.emptyLayer());
            optional("created", entry.created().map(Object::toString));
            json.endObject();
        }
        json.endArray();
        unknown(config.unknownMembers());
        json.endObject();
    }

    private void execution(ExecutionParameters execution) throws IOException {
        json.member("user", execution.user());
        texts("entrypoint", execution.entrypoint());
        texts("command", execution.command());
        json.member("workingDir", execution.workingDir());
        texts("env", execution.env());
        texts("ports", execution.exposedPorts());
        texts("volumes", execution.volumes());
        json.member("stopSignal", execution.stopSignal());
        texts("healthcheck", execution.healthcheck().test());
        healthcheckSettings(execution.healthcheck());
        texts("shell", execution.shell());
        texts("onBuild", execution.onBuild());
        texts("labels", execution.labels());
        unknown("executionUnknown", execution.unknownMembers());
    }

    private void healthcheckSettings(Healthcheck check) throws IOException {
        json.name("healthcheckSettings").beginObject();
        json.member("interval", check.interval().toString());
        json.member("timeout", check.timeout().toString());
        json.member("startPeriod", check.startPeriod().toString());
        json.member("startInterval", check.startInterval().toString());
        json.member("retries", check.retries());
        unknown(check.unknownMembers());
        json.endObject();
    }

    private void descriptors(String name, List<Descriptor> descriptors) throws IOException {
        json.name(name).beginArray();
        for (Descriptor descriptor : descriptors) {
            descriptor(descriptor);
        }
        json.endArray();
    }

    private void descriptor(Descriptor descriptor) throws IOException {
        json.beginObject().member("mediaType", descriptor.mediaType());
        json.member("digest", descriptor.digest().toString()).member("size", descriptor.size());
        optional("platform", descriptor.platform().map(Platform::specifier));
        optional("artifactType", descriptor.artifactType());
        texts("urls", descriptor.urls());
        texts("annotations", descriptor.annotations());
        unknown(descriptor.unknownMembers());
        json.endObject();
    }

    private void optional(String name, Optional<String> text) throws IOException {
        if (text.isPresent()) {
            json.member(name, text.get());
        }
    }

    private void texts(String name, List<String> texts) throws IOException {
        json.name(name).beginArray();
        for (String text : texts) {
            json.value(text);
        }
        json.endArray();
    }

    private void texts(String name, Map<String, String> texts) throws IOException {
        json.name(name).beginObject();
        for (Map.Entry<String, String> text : texts.entrySet()) {
            json.member(text.getKey(), text.getValue());
        }
        json.endObject();
    }

    private void unknown(Map<String, String> members) throws IOException {
        unknown("unknown", members);
    }

    private void unknown(String name, Map<String, String> members) throws IOException {
        json.name(name).beginObject();
        for (Map.Entry<String, String> member : members.entrySet()) {
            json.name(member.getKey()).copy(member.getValue().getBytes(StandardCharsets.UTF_8));
        }
        json.endObject();
    }
}
