using Comet.Blazor.Kernel;

namespace Comet.Blazor.Ui;

/// <summary>
/// The one place that pages ask whether to show their advanced actions (mission "Advanced Options"; spec/04 §6). What is shown, not what is
/// allowed: commands ask for rights, whatever this says. Scoped: one per browser tab.
/// </summary>
public interface IAdvancedOptions
{
    /// <summary>Rings when somebody has switched them; ask again, it may have been this person in another tab.</summary>
    LiveSignal Changed { get; }

    /// <summary>Whether this tab's person wants advanced actions.</summary>
    ValueTask<bool> AreOnAsync();
}
