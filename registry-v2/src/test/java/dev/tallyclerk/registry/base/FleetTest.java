package dev.tallyclerk.registry.base;

import static dev.tallyclerk.registry.base.Built.image;
import static dev.tallyclerk.registry.base.Built.on;
import static dev.tallyclerk.registry.base.Built.reference;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.base.BaseRemark.Kind;
import dev.tallyclerk.registry.base.ImageBase.Basis;
import dev.tallyclerk.registry.base.ImageBase.Freshness;
import dev.tallyclerk.registry.model.Platform;
import dev.tallyclerk.registry.sbom.Sbom;
import dev.tallyclerk.registry.sbom.SbomException;
import dev.tallyclerk.registry.sbom.SbomReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetTest {
    private final Built old = image("debian-old", "debian 1");
    private final Built now = image("debian-now", "debian 2");

    private Fleet.Builder debian() throws FleetException {
        return Fleet.builder().current(reference("debian:12"), now.build()).former(reference("debian:12"), old.build());
    }

    private ImageBase base(Fleet.Builder fleet, Built image) throws FleetException {
        FleetImage built = image.build();
        return fleet.image(built).build().bases().stream()
                .filter(each -> each.image().equals(built))
                .findFirst()
                .orElseThrow();
    }

    private static List<Kind> kinds(ImageBase base) {
        return base.remarks().stream().map(BaseRemark::kind).toList();
    }

    private static void assertBase(String name, Basis basis, Freshness freshness, ImageBase base) {
        assertEquals(name, base.base().map(FleetImage::name).orElse(""), base::reason);
        assertEquals(basis, base.basis(), base::reason);
        assertEquals(freshness, base.freshness(), base::reason);
    }

    @Test
    void findsTheBaseByItsAnnotation() throws FleetException {
        ImageBase base = base(debian(), on(now, "app", "app").annotated("debian:12", now));
        assertBase("debian-now", Basis.ANNOTATION, Freshness.CURRENT, base);
        assertEquals(List.of("docker.io/library/debian:12"), base.baseNames());
        assertEquals(List.of(), base.remarks());
    }

    @Test
    void aBaseWithAnotherDigestThanTheCurrentOneIsStale() throws FleetException {
        ImageBase base = base(debian(), on(old, "app", "app").annotated("debian:12", old));
        assertBase("debian-old", Basis.ANNOTATION, Freshness.STALE, base);
        assertEquals("debian-now", base.onto().orElseThrow().name());
    }

    /** {@return an image by a document that states a base and layers, if they are not empty} */
    private static FleetImage claimed(String base, List<Digest> layers) {
        StringBuilder document = new StringBuilder("{'bomFormat':'CycloneDX','metadata':{'component':{'name':'app',");
        if (!base.isEmpty()) {
            document.append("'pedigree':{'ancestors':[{'type':'container','name':'" + base + "'}]},");
        }
        String properties = IntStream.range(0, layers.size())
                .mapToObj(i -> "{'name':'tallyclerk:image:layer:" + (i + 1) + "','value':'" + layers.get(i) + "'}")
                .collect(Collectors.joining(","));
        document.append("'properties':[" + properties + "]}}}");
        try {
            Sbom sbom = SbomReader.create()
                    .read(document.toString().replace('\'', '"').getBytes(StandardCharsets.UTF_8));
            return FleetImage.ofClaims("sbom.json", sbom, Platform.of("linux", "amd64"));
        } catch (SbomException e) {
            throw new AssertionError(e);
        }
    }

    private static ImageBase only(Fleet.Builder fleet, FleetImage image) throws FleetException {
        List<ImageBase> bases = fleet.image(image).build().bases();
        assertEquals(1, bases.size());
        return bases.get(0);
    }

    @Test
    void anImageThatIsOnlyClaimedHasABaseAndIsNone() throws FleetException {
        Built app = on(old, "app", "app");
        FleetImage claimed = claimed("", app.build().diffIds());
        Fleet fleet =
                debian().image(claimed).image(on(app, "upper", "upper").build()).build();
        ImageBase base = fleet.bases().get(0);
        assertBase("debian-old", Basis.LAYERS, Freshness.STALE, base);
        assertEquals(List.of(BaseRemark.Kind.CLAIMED_LAYERS), kinds(base));
        assertBase("debian-old", Basis.LAYERS, Freshness.STALE, fleet.bases().get(1));
        assertThrows(IllegalArgumentException.class, () -> debian().current(reference("x:1"), claimed));
        assertThrows(IllegalArgumentException.class, () -> debian().former(reference("x:1"), claimed));
    }

    @Test
    void aBillOfMaterialsNamesTheBaseThatItsLayersConfirm() throws FleetException {
        List<Digest> layers = on(old, "app", "app").build().diffIds();
        ImageBase base = only(debian(), claimed("debian:12@" + old.build().digest(), layers));
        assertBase("debian-old", Basis.CLAIM, Freshness.STALE, base);
        assertEquals(List.of(Kind.CLAIMED_LAYERS), kinds(base));
    }

    @Test
    void layersContradictABillOfMaterialsToo() throws FleetException {
        List<Digest> layers = on(old, "app", "app").build().diffIds();
        ImageBase base = only(debian(), claimed("debian:12@" + now.build().digest(), layers));
        assertBase("debian-old", Basis.LAYERS, Freshness.STALE, base);
        assertEquals(List.of(Kind.CLAIMED_LAYERS, Kind.CONTRADICTED_ANNOTATION), kinds(base));
        assertTrue(base.remarks().get(1).message().startsWith("the bill of materials names"), base.remarks()::toString);
    }

    @Test
    void withoutLayersTheBaseIsTheOneThatABillOfMaterialsNames() throws FleetException {
        ImageBase current = only(debian(), claimed("debian:12@" + now.build().digest(), List.of()));
        assertBase("debian-now", Basis.CLAIM, Freshness.CURRENT, current);
        assertEquals(List.of(Kind.CLAIMED_BASE), kinds(current));
        ImageBase stale = only(debian(), claimed("debian:12@" + old.build().digest(), List.of()));
        assertBase("debian-old", Basis.CLAIM, Freshness.STALE, stale);
        assertEquals("debian-now", stale.onto().orElseThrow().name());
        ImageBase older = only(debian(), claimed("debian:12@" + Built.digest("unknown"), List.of()));
        assertBase("", Basis.CLAIM, Freshness.STALE, older);
        assertEquals("debian-now", older.onto().orElseThrow().name());
    }

    @Test
    void aNameAloneInABillOfMaterialsDecidesNothing() throws FleetException {
        ImageBase nameOnly = only(debian(), claimed("debian:12", List.of()));
        assertBase("", Basis.CLAIM, Freshness.UNKNOWN, nameOnly);
        assertEquals(List.of("docker.io/library/debian:12"), nameOnly.baseNames());
        ImageBase other = only(debian(), claimed("alpine:3@" + Built.digest("unknown"), List.of()));
        assertBase("", Basis.CLAIM, Freshness.UNKNOWN, other);
        assertEquals(List.of(Kind.CLAIMED_BASE, Kind.NO_CURRENT_IMAGE), kinds(other));
        assertBase("", Basis.NONE, Freshness.UNKNOWN, only(debian(), claimed("", List.of())));
    }

    @Test
    void aClaimedImageWaitsForItsClaimedBase() throws FleetException {
        Built mid = on(old, "mid", "mid").annotated("debian:12", old);
        Fleet fleet = debian().image(mid.build())
                .current(reference("mid:1"), mid.build())
                .image(claimed("mid:1@" + mid.build().digest(), List.of()))
                .build();
        ImageBase app = fleet.bases().get(1);
        assertBase("mid", Basis.CLAIM, Freshness.STALE_BY_INHERITANCE, app);
    }

    @Test
    void aBillOfMaterialsGivesNoNameToAnImage() throws FleetException {
        Built nameless = image("nameless", "debian 0");
        List<Digest> layers = on(nameless, "app", "app").build().diffIds();
        Fleet fleet = debian().image(nameless.build())
                .image(on(nameless, "other", "other").build())
                .image(claimed("debian:12@" + nameless.build().digest(), layers))
                .build();
        assertEquals(Freshness.UNKNOWN, fleet.bases().get(1).freshness());
        assertEquals(Freshness.STALE, fleet.bases().get(2).freshness());
    }

    @Test
    void findsTheBaseByItsLayers() throws FleetException {
        assertBase("debian-old", Basis.LAYERS, Freshness.STALE, base(debian(), on(old, "app", "app")));
        assertBase("debian-now", Basis.LAYERS, Freshness.CURRENT, base(debian(), on(now, "app", "app")));
    }

    @Test
    void compressionOfLayersDoesNotMatter() throws FleetException {
        Built app = on(old, "app", "app").compression("zstd");
        assertBase("debian-old", Basis.LAYERS, Freshness.STALE, base(debian(), app));
    }

    @Test
    void theBaseWithTheMostLayersCounts() throws FleetException {
        Built runtime = on(now, "runtime", "runtime");
        Fleet.Builder fleet = debian().current(reference("runtime:1"), runtime.build());
        assertBase("runtime", Basis.LAYERS, Freshness.CURRENT, base(fleet, on(runtime, "app", "app")));
    }

    @Test
    void anImageOnABaseThatMustBeRebuiltIsStaleByInheritance() throws FleetException {
        Built runtime = on(old, "runtime", "runtime").annotated("debian:12", old);
        Fleet.Builder fleet = debian().current(reference("runtime:1"), runtime.build());
        ImageBase base = base(fleet, on(runtime, "app", "app").annotated("runtime:1", runtime));
        assertBase("runtime", Basis.ANNOTATION, Freshness.STALE_BY_INHERITANCE, base);
        assertEquals("runtime", base.onto().orElseThrow().name());
    }

    @Test
    void aBaseWithoutANameCanBeStaleByInheritanceToo() throws FleetException {
        Built runtime = on(old, "runtime", "runtime");
        Fleet.Builder fleet = debian().image(runtime.build());
        assertBase("runtime", Basis.LAYERS, Freshness.STALE_BY_INHERITANCE, base(fleet, on(runtime, "app", "app")));
    }

    @Test
    void annotationsOfOtherImagesTeachTheNameOfAnOldBase() throws FleetException {
        Fleet.Builder fleet = Fleet.builder()
                .current(reference("debian:12"), now.build())
                .image(old.build())
                .image(on(old, "other", "other").annotated("debian:12", old).build());
        assertBase("debian-old", Basis.LAYERS, Freshness.STALE, base(fleet, on(old, "app", "app")));
    }

    @Test
    void anAnnotationCannotTakeAnImageOutOfThePlan() throws FleetException {
        Built victim = on(old, "victim", "victim");
        Fleet.Builder fleet = debian().image(victim.build())
                .image(on(victim, "liar", "liar").annotated("debian:12", victim).build());
        ImageBase base = base(fleet, victim);
        assertEquals(Freshness.STALE, base.freshness());
        assertEquals(false, base.isReplaced());
    }

    @Test
    void anAnnotationThatTheLayersContradictIsALie() throws FleetException {
        ImageBase base = base(debian(), on(old, "app", "app").annotated("debian:12", now));
        assertBase("debian-old", Basis.LAYERS, Freshness.STALE, base);
        assertEquals(List.of(Kind.CONTRADICTED_ANNOTATION), kinds(base));
        ImageBase none = base(debian(), image("alone", "x").annotated("debian:12", now));
        assertBase("", Basis.NONE, Freshness.UNKNOWN, none);
        assertEquals(List.of(Kind.CONTRADICTED_ANNOTATION), kinds(none));
    }

    @Test
    void mergedLayersAreNoLie() throws FleetException {
        ImageBase base = base(debian(), on(now, "app", "app").merged("all").annotated("debian:12", now));
        assertEquals(Freshness.UNKNOWN, base.freshness());
        assertEquals(List.of(Kind.MERGED_LAYERS), kinds(base));
        ImageBase silent = base(debian(), on(now, "app2", "app").merged("all"));
        assertBase("", Basis.NONE, Freshness.UNKNOWN, silent);
        assertEquals(List.of(Kind.MERGED_LAYERS), kinds(silent));
    }

    @Test
    void aLiarCannotPassAsMerged() throws FleetException {
        Built app = on(now, "app", "app").merged("1").layers("2").annotated("debian:12", now);
        assertEquals(List.of(Kind.CONTRADICTED_ANNOTATION), kinds(base(debian(), app)));
    }

    @Test
    void anAnnotationThatWasCopiedFromTheBaseDoesNotNameTheBase() throws FleetException {
        Built runtime = on(old, "runtime", "runtime").annotated("debian:12", old);
        Fleet.Builder fleet = debian().current(reference("runtime:1"), runtime.build());
        ImageBase base = base(fleet, on(runtime, "app", "app").annotated("debian:12", old));
        assertBase("runtime", Basis.LAYERS, Freshness.STALE_BY_INHERITANCE, base);
        assertEquals(List.of(Kind.COPIED_ANNOTATION), kinds(base));
    }

    @Test
    void labelsAreInheritedSoLongerLayersWin() throws FleetException {
        Built runtime = on(now, "runtime", "runtime")
                .labelled("debian:12", now.build().digest().toString());
        Fleet.Builder fleet = debian().current(reference("runtime:1"), runtime.build());
        assertBase("runtime", Basis.LAYERS, Freshness.CURRENT, base(fleet, on(runtime, "app", "app")));
        assertBase("debian-now", Basis.ANNOTATION, Freshness.CURRENT, base(debian(), on(runtime, "app", "app")));
    }

    @Test
    void aNameAloneIsComparedWithTheCurrentImage() throws FleetException {
        ImageBase current = base(debian(), on(now, "app", "app").annotated("debian:12", ""));
        assertBase("debian-now", Basis.ANNOTATION, Freshness.CURRENT, current);
        ImageBase former = base(debian(), on(old, "app", "app").annotated("debian:12", ""));
        assertBase("debian-old", Basis.ANNOTATION, Freshness.STALE, former);
        ImageBase unknown = base(debian(), image("app", "debian 0", "app").annotated("debian:12", ""));
        assertBase("", Basis.ANNOTATION, Freshness.STALE, unknown);
        assertEquals(List.of(Kind.UNVERIFIED_ANNOTATION), kinds(unknown));
    }

    @Test
    void aDigestAloneFindsTheBaseToo() throws FleetException {
        assertBase(
                "debian-old",
                Basis.ANNOTATION,
                Freshness.STALE,
                base(debian(), on(old, "app", "app").annotated("", old)));
        String pinned = "debian:12@" + old.build().digest();
        assertBase(
                "debian-old",
                Basis.ANNOTATION,
                Freshness.STALE,
                base(debian(), on(old, "app", "app").annotated(pinned, "")));
    }

    @Test
    void anUnknownBaseOnACurrentOneIsUnknown() throws FleetException {
        ImageBase base = base(debian(), on(now, "app", "python", "app").annotated("python:3.12", ""));
        assertBase("debian-now", Basis.LAYERS, Freshness.UNKNOWN, base);
        assertEquals(List.of(Kind.UNVERIFIED_ANNOTATION, Kind.NO_CURRENT_IMAGE), kinds(base));
    }

    @ParameterizedTest
    @ValueSource(strings = {"not a name", "DEBIAN:12", "debian:12:13", "sha256:zz", "\u0000"})
    void aMalformedAnnotationIsNoPass(String text) throws FleetException {
        ImageBase base = base(debian(), on(now, "app", "app").annotated(text, "sha256:12"));
        assertTrue(base.has(Kind.MALFORMED_ANNOTATION));
        ImageBase alone = base(debian(), image("alone", "x").annotated(text, ""));
        assertEquals(Freshness.UNKNOWN, alone.freshness());
    }

    @Test
    void anImageOnNothingHasNoBase() throws FleetException {
        ImageBase base = base(debian(), image("app", "app"));
        assertBase("", Basis.NONE, Freshness.NO_BASE, base);
        assertBase("", Basis.NONE, Freshness.NO_BASE, base(debian(), image("none")));
    }

    @Test
    void emptyLayersProveNothing() throws FleetException {
        Built empty = image("empty", "");
        Fleet.Builder fleet = debian().current(reference("empty:1"), empty.build());
        ImageBase base = base(fleet, on(empty, "app", "app").withoutHistory());
        assertBase("", Basis.NONE, Freshness.UNKNOWN, base);
        assertEquals(List.of(Kind.EMPTY_LAYERS), kinds(base));
    }

    @Test
    void anEmptyLayerAmongOthersCounts() throws FleetException {
        Built base = on(now, "base", "");
        Fleet.Builder fleet = debian().current(reference("base:1"), base.build());
        assertBase("base", Basis.LAYERS, Freshness.CURRENT, base(fleet, on(base, "app", "app")));
    }

    @Test
    void anImageThatOnlyChangesTheConfigurationStandsOnItsBase() throws FleetException {
        ImageBase base = base(debian(), on(old, "app").user("1000"));
        assertBase("debian-old", Basis.LAYERS, Freshness.STALE, base);
        assertBase("", Basis.NONE, Freshness.NO_BASE, base(debian(), old));
    }

    @Test
    void severalImagesWithTheLayersOfTheBaseAreAllNamed() throws FleetException {
        Fleet.Builder fleet = debian().current(
                        reference("debian:12.9"),
                        on(old, "debian-12.9").compression("zstd").build());
        ImageBase base = base(fleet, on(old, "app", "app"));
        assertEquals(Freshness.UNKNOWN, base.freshness());
        assertEquals(List.of(Kind.AMBIGUOUS_BASE, Kind.AMBIGUOUS_NAME), kinds(base));
        assertTrue(base.remarks().get(0).message().contains("debian-12.9 and debian-old"), base.remarks()::toString);
        ImageBase annotated = base(
                debian().current(reference("debian:12.9"), old.build()),
                on(old, "app", "app").annotated("debian:12.9", old));
        assertBase("debian-old", Basis.ANNOTATION, Freshness.CURRENT, annotated);
    }

    @Test
    void aBaseThatWasOnlyCompressedAgainIsCurrent() throws FleetException {
        Fleet.Builder fleet = Fleet.builder()
                .former(reference("debian:12"), old.build())
                .current(
                        reference("debian:12"),
                        on(old, "again").compression("zstd").build());
        ImageBase base = base(fleet, on(old, "app", "app").annotated("debian:12", old));
        assertBase("debian-old", Basis.ANNOTATION, Freshness.CURRENT, base);
        assertEquals(List.of(Kind.SAME_CONTENT), kinds(base));
    }

    @Test
    void aBaseWithTheSameLayersAndAnotherUserIsStale() throws FleetException {
        Fleet.Builder fleet = Fleet.builder()
                .former(reference("debian:12"), old.build())
                .current(reference("debian:12"), on(old, "again").user("1000").build());
        ImageBase base = base(fleet, on(old, "app", "app").annotated("debian:12", old));
        assertBase("debian-old", Basis.ANNOTATION, Freshness.STALE, base);
    }

    @Test
    void imagesOfAnotherPlatformAreNoBases() throws FleetException {
        Platform arm = Platform.of("linux", "arm64");
        ImageBase base = base(debian(), on(now, "app", "app").platform(arm));
        assertEquals(Freshness.NO_BASE, base.freshness());
        Built armNow = image("arm-now", "arm 2").platform(arm);
        Fleet.Builder both = debian().current(reference("debian:12"), armNow.build());
        assertBase("arm-now", Basis.LAYERS, Freshness.CURRENT, base(both, on(armNow, "app", "app")));
    }

    @Test
    void anImageThatIsNowTheNameOfItsBaseIsUnknown() throws FleetException {
        Built app = on(now, "app", "app").annotated("app:1", "");
        ImageBase base = base(debian().current(reference("app:1"), app.build()), app);
        assertEquals(Freshness.UNKNOWN, base.freshness());
        assertEquals(List.of(Kind.OWN_NAME), kinds(base));
    }

    @Test
    void refusesImagesThatAreBuiltOnEachOther() throws FleetException {
        Built one = image("one", "x", "1").annotated("two:1", "");
        Built two = image("two", "x", "2").annotated("one:1", "");
        Fleet.Builder fleet =
                Fleet.builder().current(reference("one:1"), one.build()).current(reference("two:1"), two.build());
        FleetException refused = assertThrows(FleetException.class, fleet::build);
        assertEquals(FleetException.Reason.CYCLE, refused.reason());
        assertTrue(String.valueOf(refused.getMessage()).contains("one, two"), refused::toString);
    }

    @Test
    void refusesTwoImagesOfOneName() throws FleetException {
        Fleet.Builder fleet = debian().image(image("app", "1").build());
        fleet.image(image("app", "1").build());
        FleetException refused = assertThrows(
                FleetException.class, () -> fleet.image(image("app", "2").build()));
        assertEquals(FleetException.Reason.NAME_TAKEN, refused.reason());
    }

    @Test
    void refusesTwoCurrentImagesOfOneName() throws FleetException {
        Fleet.Builder fleet = debian().current(reference("debian:12"), now.build());
        FleetException refused =
                assertThrows(FleetException.class, () -> fleet.current(reference("debian:12"), old.build()));
        assertEquals(FleetException.Reason.SEVERAL_CURRENT, refused.reason());
    }

    @Test
    void refusesMoreThanTheLimits() throws FleetException {
        FleetLimits limits = FleetLimits.defaults();
        Fleet.Builder images = Fleet.builder(limits.withMaxImages(1)).image(old.build());
        FleetException many = assertThrows(FleetException.class, () -> images.image(now.build()));
        assertEquals(FleetException.Reason.LIMIT_EXCEEDED, many.reason());
        FleetException deep = assertThrows(
                FleetException.class,
                () -> Fleet.builder(limits.withMaxLayers(2))
                        .image(image("a", "1", "2", "3").build()));
        assertEquals(FleetException.Reason.LIMIT_EXCEEDED, deep.reason());
    }
}
