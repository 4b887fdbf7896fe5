namespace Portal.Domain.People;

/// <summary>Texts to copy to a tester. No address stands in them: whoever copies one knows whom they write to.</summary>
internal static class PersonTexts
{
    public static string AddAppleEmail(PersonFacts f) =>
        $"{Hello(f)}\n\nto test {f.AppName} we need the e-mail address of your Apple Account, the one you use for the App Store on the device you test with. You find it in Settings, at the very top, under your name. Please add it to your Centercode account as your Apple e-mail; your invitation to TestFlight follows by itself.\n\nThank you!";

    public static string CorrectAppleEmail(PersonFacts f) =>
        $"{Hello(f)}\n\nthe Apple e-mail in your Centercode account does not work for {f.AppName}. Please look in Settings on your device, at the very top, under your name, and put exactly that address into your Centercode account as your Apple e-mail. Your invitation to TestFlight follows by itself.\n\nThank you!";

    public static string Accept(PersonFacts f) =>
        $"{Hello(f)}\n\nyour invitation to test {f.AppName} is on its way from Apple (the sender is TestFlight). Please look for it, in the junk mail too, open it on the device you test with and tap \"View in TestFlight\". If TestFlight is not installed yet, the App Store offers it.\n\nThank you!";

    public static string Install(PersonFacts f) =>
        $"{Hello(f)}\n\nyou accepted the invitation to {f.AppName}, but the app is not on a device yet. Please open TestFlight and tap \"Install\". If {f.AppName} is not in the list, your device uses another Apple Account than the one we invited: compare Settings, at the very top, under your name, with the Apple e-mail in your Centercode account, and tell us if they differ.\n\nThank you!";

    public static string StillTesting(PersonFacts f) =>
        $"{Hello(f)}\n\nyou are no longer among the testers of {f.AppName} at Apple. If you stopped on purpose, there is nothing to do. If you would like to go on, answer this message and we will invite you again.\n\nThank you!";

    private static string Hello(PersonFacts f) => string.IsNullOrWhiteSpace(f.Member?.FirstName) ? "Hello," : $"Hello {f.Member.FirstName},";
}
