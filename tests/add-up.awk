# Adds up xUnit's XML reports, one record a tag. Prints tab-separated lines:
# passed|failed|skipped, count; fail, name; skip, name, reason.
BEGIN { RS = "<"; OFS = "\t" }

function plain(text) {
    gsub(/\\&quot;/, "\"", text); gsub(/&quot;/, "\"", text); gsub(/\\"/, "\"", text)
    gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&apos;/, "'", text); gsub(/&#xD;|&#xA;/, " ", text); gsub(/&amp;/, "\\&", text)
    gsub(/[ \t\r\n]+/, " ", text)
    sub(/ $/, "", text)
    return text
}

function attribute(name) {
    if (!match($0, " " name "=\"[^\"]*\"")) return ""
    return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
}

/^assembly / {
    # Errors are failures outside any test, such as a fixture that could not be torn down.
    print "passed", attribute("passed"); print "skipped", attribute("skipped"); print "failed", attribute("failed") + attribute("errors")
}
/^error / { print "fail", plain(attribute("type") " " attribute("name")) }
/^test / {
    name = plain(attribute("name"))
    if (attribute("result") == "Fail") print "fail", name
    skip = attribute("result") == "Skip"
}
/^reason>/ && skip { sub(/^reason>/, ""); print "skip", name, plain($0) }
/^trait / && (attribute("name") == "Invariant" || attribute("name") == "Failure") { print "number", attribute("name"), attribute("value") }
