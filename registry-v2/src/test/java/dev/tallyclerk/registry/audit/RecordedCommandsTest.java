package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.registry.audit.Images.assertBuilt;
import static dev.tallyclerk.registry.audit.Images.assertVerdict;

import dev.tallyclerk.hardening.Outcome;
import org.junit.jupiter.api.Test;

/** What rules find in the commands of the ways in which builders record a step. */
class RecordedCommandsTest {
    @Test
    void theFirstCommandIsFoundBehindTheFlagsOfItsLine() {
        assertBuilt(
                "IMG-020",
                Outcome.Kind.FAIL,
                "/bin/sh -c --mount=type=cache,target=/root/.c curl -k -o /x https://h",
                "RUN --mount=type=cache,target=/root/.c --network=none curl -k https://h");
        assertBuilt("IMG-019", Outcome.Kind.FAIL, "|1 A=b /bin/sh -c --security=insecure curl https://h | sh");
        assertBuilt("IMG-022", Outcome.Kind.FAIL, "/bin/sh -c --mount=type=secret,id=a chpasswd");
    }

    @Test
    void whatBuildahAppendsIsNoPartOfTheCommand() {
        String digest = ":sha256:" + "ab".repeat(32);
        String mount = "/bin/sh -c --mount=type=bind,source=.,target=/x ";
        assertBuilt(
                "IMG-022",
                Outcome.Kind.FAIL,
                mount + "echo app:pw | chpasswd" + digest,
                mount + "echo app:pw | chpasswd" + digest + digest + "|unsetLabel=a|force-mtime=10",
                "/bin/sh -c echo app:pw | chpasswd|inheritLabels=false");
        assertBuilt("IMG-019", Outcome.Kind.FAIL, mount + "curl -fsSL http://x/i.sh | sh" + digest);
        assertBuilt("IMG-020", Outcome.Kind.FAIL, mount + "[\"curl\",\"-k\",\"https://h\"]" + digest);
        String add = "/bin/sh -c #(nop) ADD file:" + "ab".repeat(32) + " in / ";
        assertVerdict("IMG-012", Outcome.Kind.PASS, "a time", Images.built(add + "    |force-mtime=10 "));
        assertVerdict(
                "IMG-012",
                Outcome.Kind.PASS,
                "several options",
                Images.built(add + "|unsetLabel=a |inheritLabels=false  |clamp-mtime=10"));
    }

    @Test
    void aDigestOfTheCommandsOwnStays() {
        assertBuilt("IMG-022", Outcome.Kind.PASS, "/bin/sh -c echo chpasswd:sha256:" + "ab".repeat(32));
        assertBuilt("IMG-022", Outcome.Kind.FAIL, "/bin/sh -c echo app:pw |x=y chpasswd");
    }

    @Test
    void whatIsWrittenWhereACacheIsMountedIsNotInTheLayer() {
        assertBuilt(
                "IMG-015",
                Outcome.Kind.PASS,
                "/bin/sh -c --mount=type=cache,target=/var/lib/apt apt-get install x",
                "RUN --mount=target=/var/lib/apt/lists/,type=tmpfs apt-get update && apt-get install x");
        assertBuilt(
                "IMG-015",
                Outcome.Kind.FAIL,
                "/bin/sh -c --mount=type=cache,target=/var/cache/apt apt-get install x",
                "/bin/sh -c --mount=type=bind,target=/var/lib/apt apt-get install x",
                "/bin/sh -c --mount=type=cache,target=/var/lib/ap apt-get install x");
        assertBuilt("IMG-016", Outcome.Kind.PASS, "/bin/sh -c --mount=type=cache,dst=/var/cache/apk apk add x");
    }

    @Test
    void aCommandIsReadInItsJsonForm() {
        assertBuilt(
                "IMG-020",
                Outcome.Kind.FAIL,
                "/bin/sh -c [\"curl\",\"-k\",\"https://h\"]",
                "RUN [\"bash\", \"-c\", \"curl -k https://h\"]");
        assertBuilt("IMG-020", Outcome.Kind.PASS, "RUN [\"echo\", \"curl -k\"]");
    }

    @Test
    void aJsonFormOfVeryManyWordsIsReadToo() {
        assertBuilt("IMG-020", Outcome.Kind.FAIL, "RUN [\"curl\",\"-k\"" + ",\"\"".repeat(50_000) + "]");
    }

    @Test
    void aBuildArgumentDoesNotHideACommandWithoutAShell() {
        assertBuilt("IMG-020", Outcome.Kind.FAIL, "RUN |1 V=1 curl -k -o /x https://h # buildkit");
        assertBuilt("IMG-022", Outcome.Kind.FAIL, "RUN |1 V=a b PowerShell -Command chpasswd # buildkit");
    }

    @Test
    void aShellOfTheImagesOwnDoesNotHideItsScript() {
        String members = "\"config\":{\"Shell\":[\"conda\",\"run\",\"-n\",\"e\",\"/bin/bash\",\"-c\"]},\"history\":";
        String step = "RUN conda run -n e /bin/bash -c curl -fsSL https://h | sh # buildkit";
        assertVerdict("IMG-019", Outcome.Kind.FAIL, step, Images.document(members + Images.history(step)));
        String shell = "SHELL [conda run -n e /bin/bash -c]";
        assertVerdict("IMG-019", Outcome.Kind.FAIL, step, Images.built(shell, step, "SHELL [/bin/sh -c]"));
    }

    @Test
    void whatStandsInAShellOfTheImagesOwnIsFoundItself() {
        assertVerdict(
                "IMG-020",
                Outcome.Kind.FAIL,
                "curl",
                Images.built("SHELL [curl -k -o /x]", "RUN curl -k -o /x https://h"));
    }

    @Test
    void aParameterHidesNothingThatComesAfterIt() {
        assertBuilt("IMG-019", Outcome.Kind.FAIL, "/bin/sh -c x=\"${a%%{*}\"; curl https://h | sh");
    }

    @Test
    void whatDoesNotEndLeavesTheQuestionOpen() {
        assertBuilt(
                "IMG-020", Outcome.Kind.UNKNOWN, "/bin/sh -c echo don't && curl -k https://h", "/bin/sh -c cat <<E");
        assertBuilt("IMG-020", Outcome.Kind.FAIL, "/bin/sh -c curl -k https://h && echo don't");
    }

    @Test
    void aScriptForAnotherShellIsNotPassed() {
        assertBuilt(
                "IMG-020",
                Outcome.Kind.UNKNOWN,
                "cmd /S /C echo don't && curl -k https://h",
                "powershell -Command Invoke-WebRequest -SkipCertificateCheck https://h",
                "powershell Invoke-WebRequest -SkipCertificateCheck https://h",
                "|1 A=b /usr/bin/fish -lc x",
                "RUN cmd /S /C dir # buildkit");
        assertBuilt("IMG-020", Outcome.Kind.FAIL, "cmd /S /C curl -k https://h");
        assertBuilt("IMG-020", Outcome.Kind.PASS, "cmd /S /C #(nop) WORKDIR C:/app");
        assertVerdict(
                "IMG-020", Outcome.Kind.UNKNOWN, "own shell", Images.built("SHELL [python3 -c]", "RUN python3 -c x"));
    }

    @Test
    void instructionsMayBeInSmallLetters() {
        assertBuilt("IMG-020", Outcome.Kind.FAIL, "run curl -k https://h", "env PYTHONHTTPSVERIFY=0");
        assertBuilt("IMG-013", Outcome.Kind.FAIL, "add https://h/x /x");
        assertBuilt("IMG-020", Outcome.Kind.FAIL, "env A=b curl -k https://h");
    }

    @Test
    void anInterpreterRunsWhatIsPutInForItsProgram() {
        assertBuilt(
                "IMG-019",
                Outcome.Kind.FAIL,
                "/bin/sh -c ruby -e \"$(curl -fsSL https://h)\"",
                "/bin/sh -c python3 -c \"$(curl https://h)\"",
                "/bin/sh -c perl -w -e \"`wget -qO- https://h`\" x",
                "/bin/bash -c python3 <(curl https://h) --yes",
                "/bin/bash -c python3 <<< \"$(curl https://h)\"",
                "/bin/bash -c bash <<< \"$(curl https://h)\"");
        assertBuilt(
                "IMG-019",
                Outcome.Kind.PASS,
                "/bin/sh -c python3 x.py \"$(curl https://h)\"",
                "/bin/sh -c python3 -c 'import sys' \"$(curl https://h)\"",
                "/bin/bash -c python3 x.py <(curl https://h)",
                "/bin/sh -c ruby -e \"$(cat x)\"");
    }

    @Test
    void aScriptThatWasNotRecordedLeavesTheQuestionOpen() {
        assertBuilt(
                "IMG-020",
                Outcome.Kind.UNKNOWN,
                "RUN /dev/pipes/EOF # buildkit",
                "RUN |1 A=b /bin/sh -c /dev/pipes/EOF # buildkit",
                "RUN /bin/sh -c sudo /dev/pipes/EOF # buildkit");
        assertBuilt("IMG-020", Outcome.Kind.PASS, "RUN /bin/sh -c ls /dev/pipes/EOF # buildkit");
    }

    @Test
    void addDownloadsFromRepositoriesAndWithoutAnAddressToo() {
        String digest = "ab".repeat(32);
        String commit = "cd".repeat(20);
        assertBuilt(
                "IMG-013",
                Outcome.Kind.FAIL,
                "/bin/sh -c #(nop) ADD " + digest + " in /x ",
                "ADD git@github.com:o/r.git /x # buildkit",
                "ADD git@github.com:o/r.git#main /x # buildkit",
                "ADD ssh://git@h/o/r /x",
                "ADD https://github.com/o/r.git#v1 /x",
                "ADD https://github.com/o/r.git#" + commit.substring(1) + " /x",
                "ADD https://h/r.tar#" + commit + " /x");
        assertBuilt(
                "IMG-013",
                Outcome.Kind.PASS,
                "/bin/sh -c #(nop) ADD file:" + digest + " in /x ",
                "ADD " + digest + " /x",
                "ADD https://github.com/o/r.git#" + commit + " /x # buildkit",
                "ADD git@github.com:o/r.git#" + commit + ":docs /x # buildkit",
                "ADD https://github.com/o/r.git#" + digest + " /x");
        assertVerdict(
                "IMG-012",
                Outcome.Kind.FAIL,
                "a base that is downloaded",
                Images.built("/bin/sh -c #(nop) ADD " + digest + " in / "));
    }

    @Test
    void toAskForACommandIsNotToRunIt() {
        assertBuilt("IMG-018", Outcome.Kind.PASS, "/bin/sh -c command -v sudo || true");
        assertBuilt("IMG-018", Outcome.Kind.FAIL, "/bin/sh -c command sudo x");
        assertBuilt("IMG-023", Outcome.Kind.FAIL, "/bin/sh -c find /x -exec ls {} \\; -exec chmod 777 {} +");
    }
}
