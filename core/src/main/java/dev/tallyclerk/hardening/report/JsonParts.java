package dev.tallyclerk.hardening.report;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Waiver;
import dev.tallyclerk.internal.json.JsonWriter;
import java.io.IOException;
import java.util.Optional;

/** The parts that JSON formats share. */
final class JsonParts {
    private JsonParts() {}

    /** Writes the members of a finding, without its subject and the metadata of its rule. */
    static void finding(Finding finding, JsonWriter json) throws IOException {
        json.member("rule", finding.rule().id().value())
                .member("severity", finding.severity().name());
        json.member("verdict", finding.kind().name())
                .member("disposition", finding.disposition().name());
        json.member("fingerprint", finding.fingerprint());
        if (finding.kind() != Outcome.Kind.PASS) {
            json.member("detail", finding.detail());
        }
        Optional<Waiver> waiver = finding.waiver();
        if (waiver.isPresent()) {
            json.name("waiver").beginObject();
            json.member("reason", waiver.get().reason())
                    .member("owner", waiver.get().owner());
            json.member("expires", waiver.get().expires().toString()).endObject();
        }
        Optional<Problem> problem = finding.problem();
        if (problem.isPresent()) {
            json.name("location");
            location(problem.get().at(), json);
            evidence(problem.get(), json);
        }
        if (finding.kind() == Outcome.Kind.UNKNOWN) {
            json.name("missing").beginArray();
            for (MissingValue missing : finding.missing()) {
                json.beginObject().member("reason", missing.reason().name()).member("what", missing.what());
                if (missing.at().isPresent()) {
                    json.name("location");
                    location(missing.at().get(), json);
                }
                json.endObject();
            }
            json.endArray();
        }
    }

    private static void evidence(Problem problem, JsonWriter json) throws IOException {
        json.name("evidence").beginArray();
        for (Evidence evidence : problem.evidence()) {
            json.beginObject().member("name", evidence.name()).member("value", evidence.value());
            json.member("redacted", evidence.redacted()).endObject();
        }
        json.endArray();
    }

    private static void location(Location location, JsonWriter json) throws IOException {
        json.beginObject();
        if (location instanceof Location.Pointer place) {
            json.member("kind", "pointer").member("source", place.source()).member("pointer", place.pointer());
        } else if (location instanceof Location.Line place) {
            json.member("kind", "line").member("source", place.source()).member("line", place.line());
        } else if (location instanceof Location.Region place) {
            json.member("kind", "region").member("source", place.source()).member("pointer", place.pointer());
            json.member("line", place.line()).member("column", place.column());
            json.member("endLine", place.endLine()).member("endColumn", place.endColumn());
        } else if (location instanceof Location.History place) {
            json.member("kind", "history").member("index", place.index());
        } else if (location instanceof Location.LayerEntry place) {
            json.member("kind", "layerEntry")
                    .member("layer", place.layer() + 1L)
                    .member("path", place.path());
        } else if (location instanceof Location.Whole place) {
            json.member("kind", "whole").member("source", place.source());
        }
        json.member("text", location.toString()).endObject();
    }
}
