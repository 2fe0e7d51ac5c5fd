using System.Globalization;
using System.Text;
using System.Xml;

namespace PatchCore.Edge.Host.Reports;

/// <summary>
/// Writes HTML that is well-formed XML as well: everything is escaped by the writer, and what browsers do not read as
/// XML does (an empty element that is no void one) is avoided.
/// </summary>
internal sealed class PageWriter : IDisposable
{
    private static readonly HashSet<string> VoidElements = ["br", "col", "hr", "img", "input", "link", "meta"];

    private readonly XmlWriter _xml;
    private readonly Stack<string> _open = new();

    public PageWriter(Stream output)
    {
        _xml = XmlWriter.Create(output, new XmlWriterSettings
        {
            OmitXmlDeclaration = true,
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            NewLineHandling = NewLineHandling.None,
        });
        // The writer's own has a space before the bracket.
        _xml.WriteRaw("<!DOCTYPE html>\n");
    }

    /// <summary>A number as CSS and SVG read it.</summary>
    public static string Number(double value) =>
        Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture);

    public void Open(string element, params (string Name, string Value)[] attributes)
    {
        _xml.WriteStartElement(element);
        _open.Push(element);
        foreach (var (name, value) in attributes)
            _xml.WriteAttributeString(name, Clean(value));
    }

    public void Close()
    {
        if (VoidElements.Contains(_open.Pop()))
            _xml.WriteEndElement();
        else
            _xml.WriteFullEndElement();
    }

    public void Text(string text) => _xml.WriteString(Clean(text));

    /// <summary>An element with nothing but text in it.</summary>
    public void Leaf(string element, string text, params (string Name, string Value)[] attributes)
    {
        Open(element, attributes);
        if (text.Length > 0)
            Text(text);
        Close();
    }

    /// <summary>Style sheet or script, which browsers do not unescape.</summary>
    /// <exception cref="ArgumentException">It would have to be escaped.</exception>
    public void Raw(string element, string text)
    {
        if (text.AsSpan().ContainsAny('<', '&'))
        {
            throw new ArgumentException(
                $"the text of <{element}> has a '<' or '&', which XML and HTML read differently");
        }
        Open(element);
        _xml.WriteRaw(text);
        Close();
    }

    public void Line() => _xml.WriteRaw("\n");

    public void Dispose() => _xml.Dispose();

    // File names may hold anything but '/', also what XML has no way to write.
    private static string Clean(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i]))
                continue;
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
                i++;
            else
                return Clean(string.Concat(text.AsSpan(0, i), "\uFFFD", text.AsSpan(i + 1)));
        }

        return text;
    }
}
